// What the spool process, or a user's own, says of a message it was to deliver.

import { type Check, flag, listOf, oneOf, shape, textOf } from '#base/shape.ts';
import type { MailboxFault } from '#platform/mbox/mailbox-fault.ts';

export interface DeliveryDone {
  readonly kind: 'done';
  /** `delivered to mailbox`, as Postfix's log has it. */
  readonly text: string;
  /** Addresses, and names without a domain, that a copy is sent on to. */
  readonly forwards: readonly string[];
  /** The user wants it in /var/mail, which is the spool process's. */
  readonly toSpool: boolean;
}

export type DeliveryAnswer = DeliveryDone | MailboxFault;

/** Of one `~/.forward`. */
export const MOST_FORWARDS = 1_000;
/** All of them together, as JSON: an answer that is too long to be given would leave the message to be delivered again. */
export const LONGEST_FORWARDS_BYTES = 32_768;
const LONGEST_TEXT = 4_096;
const LONGEST_ADDRESS = LONGEST_FORWARDS_BYTES;

const text = textOf(LONGEST_TEXT);
const isDone: Check<DeliveryDone> = shape({
  kind: oneOf('done'),
  text,
  forwards: listOf(textOf(LONGEST_ADDRESS), MOST_FORWARDS),
  toSpool: flag,
});
const isFault: Check<MailboxFault> = shape({ kind: oneOf('deferred', 'failed'), status: textOf(16), text });

export function isDeliveryAnswer(value: unknown): value is DeliveryAnswer {
  return isDone(value) || isFault(value);
}

/** What was done is said, however many files and commands it took. */
export function withBoundedText<Answer extends DeliveryAnswer>(answer: Answer): Answer {
  return { ...answer, text: answer.text.slice(0, LONGEST_TEXT) };
}

export function delivered(words: string): DeliveryDone {
  return { kind: 'done', text: words, forwards: [], toSpool: false };
}
