// What the web shows of the server that stands behind it.

import { WorldError } from '#base/world-error.ts';
import type { CertificateFacts } from '#mail/certificates/certificate-facts.ts';
import { coversHost } from '#mail/certificates/host-name.ts';
import { createOwnPolicies } from '#mail/mta-sts/own-policy.ts';
import type { AddressClass } from '#mail/routing/domain-classes.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { signDocument } from '#platform/tls/signed-data.ts';
import type { WebSiteWorld } from '#services/web/web-site.ts';
import type { House } from './compose.ts';

/** Mail for these comes here. */
const TAKEN_HERE: ReadonlySet<AddressClass> = new Set<AddressClass>([
  'hosted',
  'local',
  'virtual-mailbox',
  'virtual-alias',
  'relay',
]);
/** And is read here. */
const READ_HERE: ReadonlySet<AddressClass> = new Set<AddressClass>(['hosted', 'local', 'virtual-mailbox']);

export function webWorld({ intake, log, certificates }: Pick<House, 'intake' | 'log' | 'certificates'>): WebSiteWorld {
  const classOf = (domain: string) => intake.routing.classify({ localPart: '', domain });
  return {
    isOwnDomain: async (domain) => READ_HERE.has(await classOf(domain)),
    findMtaStsPolicy: (domain) => {
      const { myhostname, mta_sts_mode: mode, mta_sts_max_age: maxAgeMs } = intake.config;
      const policies = createOwnPolicies({
        resolver: intake.dns,
        isOurs: async (asked) => TAKEN_HERE.has(await classOf(asked)),
        settings: {
          mode,
          maxAgeSeconds: Math.floor(maxAgeMs / 1_000),
          ownNames: new Set([myhostname.toLowerCase()]),
        },
      });
      return policies.ownPolicy(domain);
    },
    isReady: () => answers(classOf('localhost')),
    log,
    challenges: certificates.challenges,
    signProfile: (profile, host) => {
      const pair = certificates.tls.pairFor(host);
      const nowMs = systemClock.nowMs();
      if (pair === undefined || !isTrustworthy(pair.facts, host, nowMs)) return undefined;
      return signDocument(Buffer.from(profile), pair, nowMs);
    },
    nowMs: systemClock.nowMs,
  };
}

/** A signature that nobody trusts looks worse to its reader than none. */
function isTrustworthy({ names, isSelfSigned, untilMs }: CertificateFacts, host: string, nowMs: number): boolean {
  return !isSelfSigned && untilMs > nowMs && coversHost(names, host);
}

/** Who cannot say whose mail it is takes none. */
async function answers(question: Promise<unknown>): Promise<boolean> {
  try {
    await question;
    return true;
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    return false;
  }
}
