// All that can be found out of one message's origin: SPF beside the signatures, then DMARC, which goes by both.

import type { AuthenticationFindings, AuthenticationQuestion, DkimFinding } from '#mail/ports/sender-authentication.ts';
import { checkDmarc } from './check-dmarc.ts';
import { checkSignatures, type SignatureLimits } from './check-signatures.ts';
import { checkSpf } from './check-spf.ts';
import { type AskDns, type DnsBudget, DnsQuestions } from './dns-questions.ts';

export interface JudgementLimits extends SignatureLimits {
  readonly dns: DnsBudget;
}

/** The smallest RSA key of RFC 8301 §3.2; and more questions than ten SPF terms and eleven keys need. */
export const DEFAULT_JUDGEMENT_LIMITS: JudgementLimits = {
  signatures: 10,
  keyBits: 1_024,
  dns: { timeMs: 20_000, questions: 256 },
};

export async function judgeMessage(
  question: Omit<AuthenticationQuestion, 'content'>,
  octets: AsyncIterable<Uint8Array>,
  ask: AskDns,
  limits: JudgementLimits = DEFAULT_JUDGEMENT_LIMITS,
): Promise<AuthenticationFindings> {
  using dns = new DnsQuestions(ask, limits.dns);
  const [spf, signed] = await Promise.all([checkSpf(question, dns), checkSignatures(octets, dns, limits)]);
  const { authors, fromFields, unverifiedSignatures, arc } = signed;
  const { finding, aligned } = await checkDmarc({ authors, fromFields, spf, dkim: signed.dkim }, dns);
  const dkim = signed.dkim.map((each): DkimFinding => ({ ...each, aligned: aligned.has(each.domain) }));
  return { spf, dkim, unverifiedSignatures, dmarc: finding, arc, answers: dns.answers };
}
