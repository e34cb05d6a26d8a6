// What one judged message adds to the day's sums for the domain of its author. RFC 9990 §3.1.1.7 to §3.1.1.14.

import { type AuthenticationFacts, findVoucher } from '#mail/policy/authentication.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { AuthenticationFindings, DkimFinding } from '#mail/ports/sender-authentication.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import type { AggregateRow, Disposition, OverrideReason } from './aggregate-report.ts';
import { readPublishedPolicy, readTags } from './policy-record.ts';
import { readReportUris } from './report-uri.ts';

export interface ObservedMessage {
  /** Where the record was found: each such domain has a report of its own. */
  readonly policyDomain: string;
  /** As published. */
  readonly record: string;
  readonly row: AggregateRow;
}

export type Decision = Pick<Verdict, 'outcome' | 'rule' | 'mailbox'>;

/** RFC 9990 §3.1.3 names a hundred; we look at far fewer of one message. */
const MOST_SIGNATURES = 100;
/** A name of the DNS; a stranger may write what is none. */
const LONGEST_NAME = 253;

/** `undefined` where nobody wants to hear of it, or where its sender will try again. */
export function observeMessage(facts: AuthenticationFacts, decision: Decision): ObservedMessage | undefined {
  const { findings, clientAddress } = facts;
  const { spf, dkim, dmarc } = findings;
  const { record } = dmarc;
  // They will stand in file names and headers.
  const headerFrom = parseDomainName(dmarc.domain ?? '');
  const policyDomain = parseDomainName(dmarc.policyDomain ?? '');
  if (record === undefined || !headerFrom.ok || !policyDomain.ok) return undefined;
  if (decision.outcome === 'defer' || !isReported(record)) return undefined;
  const disposition = dispositionOf(findings, decision);
  const spfDomain = named(spf.domain);
  const byName = spfDomain === '' ? [] : [{ domain: spfDomain, result: spf.result }];
  const row: AggregateRow = {
    sourceAddress: clientAddress,
    disposition,
    dkim: dmarc.alignedDkim === undefined ? 'fail' : 'pass',
    spf: dmarc.alignedSpf === undefined ? 'fail' : 'pass',
    reasons: reasonsFor(facts, decision, disposition),
    headerFrom: headerFrom.value,
    envelopeFrom: spf.identity === 'helo' ? '' : spfDomain,
    dkimResults: inPriority(dkim).map(({ domain, selector, result }) => ({
      domain: named(domain),
      selector: named(selector),
      result,
    })),
    spfResults: byName,
  };
  return { policyDomain: policyDomain.value, record, row };
}

function named(text: string): string {
  return text.slice(0, LONGEST_NAME);
}

function isReported(record: string): boolean {
  return readReportUris(readTags(record)?.get('rua') ?? '').length > 0;
}

/** `pass` is what an enforcing policy would have stopped otherwise. */
function dispositionOf({ dmarc }: AuthenticationFindings, { rule, mailbox }: Decision): Disposition {
  if (rule === 'dmarc_reject') return 'reject';
  if (mailbox === 'Junk') return 'quarantine';
  return dmarc.result === 'pass' && dmarc.policy !== 'none' ? 'pass' : 'none';
}

/** Where what was done is not what was asked for, it must be said why. RFC 9990 §3.1.6, RFC 8617 §7.2.2. */
function reasonsFor(
  { findings, policy }: AuthenticationFacts,
  { rule }: Decision,
  disposition: Disposition,
): OverrideReason[] {
  const { dmarc, arc } = findings;
  const published = readPublishedPolicy(dmarc.policyDomain ?? '', dmarc.record ?? '');
  const asked = dmarc.domain === dmarc.policyDomain ? published.p : published.sp;
  if (dmarc.result === 'pass' || disposition === asked) return [];
  if (dmarc.result === 'temperror') return [{ type: 'other', comment: 'SPF or DKIM could not be checked' }];
  if (rule === 'trusted_arc_sealer') {
    const voucher = findVoucher(arc, dmarc, policy.trusted_arc_sealers) ?? '';
    return [{ type: 'local_policy', comment: `arc=pass ${voucher}`.trim() }];
  }
  if (!policy.dmarc_policy_enforcement) return [{ type: 'local_policy', comment: 'policies are not applied here' }];
  if (dmarc.policy !== undefined && dmarc.policy === disposition) {
    // t=y asks for less than p=; a name that does not exist, for what np= says, which is no override.
    return published.testing || /;\s*pct\s*=\s*0\s*(?:;|$)/i.test(dmarc.record ?? '')
      ? [{ type: 'policy_test_mode', comment: undefined }]
      : [];
  }
  return [{ type: 'local_policy', comment: rule }];
}

/** Those that prove most come first. RFC 9990 §3.1.3. */
function inPriority(dkim: readonly DkimFinding[]): readonly DkimFinding[] {
  const weight = ({ result, aligned }: DkimFinding) => (result === 'pass' ? (aligned ? 0 : 1) : 2);
  return dkim.toSorted((a, b) => weight(a) - weight(b)).slice(0, MOST_SIGNATURES);
}
