// A stranger's message and what was found out of its origin: the author's domain decides what becomes of mail that nothing
// proves to be its own. RFC 9989 §5.4, RFC 7372 §3.2. What could not be found out is never «no», and never «proven».

import type { ArcFinding, AuthenticationFindings, DmarcFinding } from '#mail/ports/sender-authentication.ts';
import { reply } from '#protocols/smtp/reply.ts';
import { queuedReply } from './queued-reply.ts';
import { defer, permit, type Rule, reject } from './rule.ts';

export interface AuthenticationPolicy {
  /** policyd-spf's Mail_From_reject. */
  readonly spf_fail_action: 'accept' | 'reject';
  /** OpenDMARC's RejectFailures. */
  readonly dmarc_policy_enforcement: boolean;
  /** policyd-spf's TempError_Defer. */
  readonly authentication_temporary_error: 'accept' | 'defer';
  /** Domains, in lower case. */
  readonly trusted_arc_sealers: readonly string[];
}

export interface AuthenticationFacts {
  readonly queueId: string;
  readonly clientAddress: string;
  readonly findings: AuthenticationFindings;
  readonly policy: AuthenticationPolicy;
}

const spfFail: Rule<AuthenticationFacts> = {
  name: 'spf_fail',
  judge: ({ clientAddress, findings: { spf }, policy: { spf_fail_action } }) => {
    if (spf.result !== 'fail' || spf_fail_action !== 'reject') return undefined;
    const domain = shown(spf.domain);
    const own = spf.explanation === undefined ? [] : [`${domain} explains: ${shown(spf.explanation)}`];
    return reject(reply(550, '5.7.23', `SPF: ${domain} does not let ${clientAddress} send in its name`, ...own));
  },
};

const temporaryError: Rule<AuthenticationFacts> = {
  name: 'authentication_temporary_error',
  judge: ({ findings: { spf, dmarc }, policy }) => {
    if (policy.authentication_temporary_error !== 'defer') return undefined;
    const mattersBySpf = spf.result === 'temperror' && policy.spf_fail_action === 'reject';
    const mattersByDmarc = dmarc.result === 'temperror' && dmarc.policy !== 'none' && policy.dmarc_policy_enforcement;
    if (!mattersBySpf && !mattersByDmarc) return undefined;
    return defer(reply(451, '4.7.1', 'The origin of the message cannot be checked now, try again later'));
  },
};

/** Only where a policy would be applied; what passes needs nobody to speak for it. */
const trustedArcSealer = onFailure({
  name: 'trusted_arc_sealer',
  judge: ({ queueId, findings: { arc, dmarc }, policy: { trusted_arc_sealers } }) =>
    findVoucher(arc, dmarc, trusted_arc_sealers) === undefined ? undefined : permit(queuedReply(queueId)),
});

const dmarcUnclearAuthor: Rule<AuthenticationFacts> = {
  name: 'dmarc_unclear_author',
  judge: ({ findings: { dmarc }, policy: { dmarc_policy_enforcement } }) =>
    dmarc_policy_enforcement && dmarc.result === 'permerror'
      ? reject(reply(550, '5.7.1', 'Nobody can tell who wrote this message: From names authors of too many domains'))
      : undefined,
};

const dmarcReject = onFailure({
  name: 'dmarc_reject',
  judge: ({ clientAddress, findings }) => {
    const { dmarc } = findings;
    if (dmarc.policy !== 'reject') return undefined;
    const domain = shown(dmarc.domain ?? '');
    return reject(
      reply(
        550,
        '5.7.1',
        `${domain} asks that this message be refused (DMARC): nothing proves that it comes from there`,
        `SPF: ${describeSpf(findings)}`,
        `DKIM: ${describeDkim(findings)}`,
        `If ${domain} is yours: sign its mail with DKIM, d=${domain}; or let ${clientAddress} send by its SPF record, with a sender address of ${domain}`,
      ),
    );
  },
});

const dmarcQuarantine = onFailure({
  name: 'dmarc_quarantine',
  judge: ({ queueId, findings: { dmarc } }) =>
    dmarc.policy === 'quarantine' ? { ...permit(queuedReply(queueId)), mailbox: 'Junk' } : undefined,
});

export const authenticationRules: readonly Rule<AuthenticationFacts>[] = [
  spfFail,
  temporaryError,
  dmarcUnclearAuthor,
  trustedArcSealer,
  dmarcReject,
  dmarcQuarantine,
];

/**
 * Which trusted sealer saw the message pass. From the newest on, for as long as each is trusted: what stands below a
 * stranger's seal, a stranger may have written. RFC 8617 §7.2.
 */
export function findVoucher(
  { result, sets }: ArcFinding,
  { domain }: DmarcFinding,
  trusted: readonly string[],
): string | undefined {
  if (result !== 'pass' || domain === undefined) return undefined;
  for (const { sealer, dmarc, author } of sets.toReversed()) {
    if (!trusted.includes(sealer)) return undefined;
    if (dmarc === 'pass' && author === domain) return sealer;
  }
  return undefined;
}

/** A rule that only concerns mail whose author's domain wants something done about it. */
function onFailure({ name, judge }: Rule<AuthenticationFacts>): Rule<AuthenticationFacts> {
  return {
    name,
    judge: (facts) => {
      const { dmarc } = facts.findings;
      const applies = facts.policy.dmarc_policy_enforcement && dmarc.result === 'fail' && dmarc.policy !== 'none';
      return applies ? judge(facts) : undefined;
    },
  };
}

function describeSpf({ spf, dmarc }: AuthenticationFindings): string {
  const domain = shown(spf.domain);
  const author = shown(dmarc.domain ?? '');
  return spf.result === 'pass'
    ? `pass for ${domain}, which is not aligned with ${author}`
    : `${spf.result} for ${domain === '' ? 'no domain' : domain}`;
}

function describeDkim({ dkim, dmarc }: AuthenticationFindings): string {
  const author = shown(dmarc.domain ?? '');
  const passing = dkim.find(({ result }) => result === 'pass');
  if (passing !== undefined) return `pass for ${shown(passing.domain)}, which is not aligned with ${author}`;
  const [first] = dkim;
  if (first === undefined) return 'no signature';
  const reason = first.reason === undefined ? '' : ` (${shown(first.reason)})`;
  return `${first.result} for ${shown(first.domain)}${reason}`;
}

const LONGEST_TEXT = 100;

/** Text of a stranger, for a line of our reply. */
function shown(text: string): string {
  return text.slice(0, LONGEST_TEXT).replace(/[^\x20-\x7e]/g, '?');
}
