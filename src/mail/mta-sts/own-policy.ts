// Our own policy for a domain that we take mail for, out of its real MX records: nobody has to write a second list that
// agrees with the first. Its id is a digest of its text, so that the id changes when the policy does, and only then. A
// policy that would keep mail away from us is not given out, with the reason. RFC 8461 §3.1, §3.2, §8.3.

import { createHash } from 'node:crypto';
import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import type { MxRecord, Resolver } from '#mail/ports/resolver.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import { formatStsPolicy, LONGEST_MAX_AGE_SECONDS, type StsMode } from './policy.ts';
import { formatStsRecord } from './record.ts';

export interface OwnPolicySettings {
  /** `mta_sts_mode` */
  readonly mode: StsMode;
  /** `mta_sts_max_age` */
  readonly maxAgeSeconds: number;
  /** Names that this server bears, lower case: one of them must be among the domain's mail exchangers. */
  readonly ownNames: ReadonlySet<string>;
}

export interface OwnPolicy {
  /** The text at https://mta-sts.D/.well-known/mta-sts.txt. */
  readonly text: string;
  readonly id: string;
  /** The TXT record at `_mta-sts.D`. */
  readonly record: string;
}

export interface OwnPolicyWorld {
  readonly resolver: Resolver;
  /** Whether we take mail for that domain. */
  readonly isOurs: (domain: string) => Promise<boolean> | boolean;
  readonly settings: OwnPolicySettings;
}

export interface OwnPolicies {
  /** The error is why there is none, for the administrator. */
  describe(domain: string): Promise<Result<OwnPolicy, string>>;
  /** For whoever asks by HTTPS. */
  ownPolicy(domain: string): Promise<string | undefined>;
}

const ID_CHARACTERS = 32;

export function createOwnPolicies(world: OwnPolicyWorld): OwnPolicies {
  const describe = (domain: string) => describeOwnPolicy(world, domain);
  return {
    describe,
    async ownPolicy(domain) {
      const policy = await describe(domain);
      return policy.ok ? policy.value.text : undefined;
    },
  };
}

async function describeOwnPolicy(world: OwnPolicyWorld, written: string): Promise<Result<OwnPolicy, string>> {
  const domain = parseDomainName(written);
  if (!domain.ok || !(await world.isOurs(domain.value)))
    return err(`${written} is no domain that this server takes mail for`);
  const answer = await world.resolver.resolve(domain.value, 'MX');
  switch (answer.kind) {
    case 'found':
      return composeOwnPolicy(domain.value, answer.records, world.settings);
    case 'failed':
      return err(`the MX records of ${domain.value} cannot be looked up at the moment (${answer.reason})`);
    case 'no-data':
    case 'no-such-name':
      return err(`${domain.value} has no MX record: publish one before a policy that names it`);
    default:
      return unreachable(answer);
  }
}

/** The policy that fits these MX records; the same ones, in whatever order, make the same policy. */
export function composeOwnPolicy(
  domain: string,
  records: readonly MxRecord[],
  { mode, maxAgeSeconds, ownNames }: OwnPolicySettings,
): Result<OwnPolicy, string> {
  const mx = [...new Set(records.map(({ exchange }) => exchange.toLowerCase()))].filter((name) => name !== '').sort();
  if (mx.length === 0) return err(`${domain} says by its MX record that it takes no mail`);
  const odd = mx.find((name) => !parseDomainName(name).ok);
  if (odd !== undefined) return err(`the MX record of ${domain} names ${odd}, which is no name of a host`);
  if (!mx.some((name) => ownNames.has(name))) {
    const names = [...ownNames].join(', ');
    return err(`the MX records of ${domain} lead to ${mx.join(', ')} and not to this server (${names})`);
  }
  const text = formatStsPolicy({ mode, maxAgeSeconds: Math.min(maxAgeSeconds, LONGEST_MAX_AGE_SECONDS), mx });
  const id = createHash('sha256').update(text).digest('hex').slice(0, ID_CHARACTERS);
  return ok({ text, id, record: formatStsRecord(id) });
}
