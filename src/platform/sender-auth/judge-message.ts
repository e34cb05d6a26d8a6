// All that can be found out of one message's origin: SPF beside the signatures, then DMARC, which goes by both.

import type { AuthenticationFindings, AuthenticationQuestion, DkimFinding } from '#mail/ports/sender-authentication.ts';
import { checkDmarc } from './check-dmarc.ts';
import { checkSignatures } from './check-signatures.ts';
import { checkSpf } from './check-spf.ts';
import { type AskDns, DnsQuestions } from './dns-questions.ts';
import { DEFAULT_JUDGEMENT_LIMITS, type JudgementLimits } from './judgement-limits.ts';

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
