// May this sender begin a message? RFC 5321 §4.1.1.2, RFC 1870 §6.1. The null reverse-path is always welcome: it is
// how bounces and receipts travel (RFC 5321 §4.5.5).

import { reply } from '#protocols/smtp/reply.ts';
import { type MessageSizeFacts, messageSizeLimit } from './message-size.ts';
import { firstVerdict, permit, type Rule } from './rule.ts';
import { type SubmissionSenderFacts, submissionSenderRules } from './submission.ts';
import type { Verdict } from './verdict.ts';

export interface SenderFacts extends MessageSizeFacts {
  /** Present on 587 and 465. */
  readonly submission: SubmissionSenderFacts | undefined;
}

export const senderRules: readonly Rule<SenderFacts>[] = [messageSizeLimit];

export function decideSender(facts: SenderFacts): Verdict {
  const { submission } = facts;
  return (
    (submission && firstVerdict(submissionSenderRules, submission)) ??
    firstVerdict(senderRules, facts) ?? { rule: 'permit', ...permit(reply(250, '2.1.0', 'Ok')) }
  );
}
