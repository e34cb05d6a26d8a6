// What the worker and the outbound process ask each other, by the kind of the question. Both run as the same user; whoever
// is asked looks at the shape all the same.
//
//   worker → outbound   take         a message to be sent; answered when it is in memory there, `taken` follows
//                       probe        would the next server take this recipient?
//                       queue        what an administrator wants of the queue
//   outbound → worker   taken        these messages are delivered, returned, or kept in the queue
//                       not-taken    these could not be kept: offer them again later
//                       post         a message of the server's own
//                       journey      what became of messages

import { type Check, flag, listOf, oneOf, optional, shape, textOf, wholeNumber } from '#base/shape.ts';
import type { JourneyEvent } from '#mail/journey/event.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';

const LONGEST_WORD = 4_096;
const MOST_IDS = 1_000;
const MOST_EVENTS = 500;
const MOST_RECIPIENTS = 50_000;

const word = textOf(LONGEST_WORD);

const takeHead = shape({
  queueId: word,
  arrivedMs: wholeNumber,
  sender: word,
  body: oneOf('7BIT', '8BITMIME', 'BINARYMIME'),
  smtpUtf8: flag,
  dsn: shape({ ret: optional(oneOf('FULL', 'HDRS')), envid: optional(word) }),
  origin: word,
  sizeBytes: wholeNumber,
  /** The body of the frame is the recipients as JSON, the prefix and, unless `file` names them, the octets. */
  recipientsBytes: wholeNumber,
  prefixBytes: wholeNumber,
  file: optional(word),
  tlsWish: optional(oneOf('required', 'waived')),
  held: optional((value): value is true => value === true),
});
type TakeHead = typeof takeHead extends Check<infer Head> ? Head : never;

const knownRecipient = shape({
  address: word,
  original: word,
  parameters: shape({}),
  nextHop: shape({ transport: word }),
});
const recipientList = listOf(knownRecipient, MOST_RECIPIENTS) as Check<unknown> as Check<QueuedMessage['recipients']>;

export interface HandedOver {
  readonly message: QueuedMessage;
  readonly octets: Buffer;
  readonly file: string | undefined;
}

/** Throws an error for what is none. */
export function readTake(head: unknown, body: Buffer): HandedOver {
  if (!takeHead(head)) throw new Error('no message');
  const { prefixBytes, recipientsBytes, file, held, tlsWish, ...envelope } = head;
  const recipients: unknown = JSON.parse(body.toString('utf8', 0, recipientsBytes));
  if (!recipientList(recipients)) throw new Error('no recipients');
  const octetsAt = recipientsBytes + prefixBytes;
  const prefix = body.subarray(recipientsBytes, octetsAt);
  const message = { ...envelope, prefix, recipients, ...(tlsWish && { tlsWish }), ...(held && { held }) };
  return { message, octets: body.subarray(octetsAt), file };
}

/** `octets` are absent where `file` names them. */
export function formatTake(
  { prefix, recipients, tlsWish, held, ...envelope }: QueuedMessage,
  octets: Buffer | undefined,
  file: string | undefined,
): { readonly head: TakeHead; readonly body: readonly Buffer[] } {
  const list = Buffer.from(JSON.stringify(recipients));
  const head = { ...envelope, prefixBytes: prefix.length, recipientsBytes: list.length, file, tlsWish, held };
  return { head, body: octets === undefined ? [list, prefix] : [list, prefix, octets] };
}

/** Of `taken` and `not-taken`. */
export const isIdList = shape({ ids: listOf(word, MOST_IDS) });

export const isProbe = shape({
  address: word,
  nextHop: shape({ transport: oneOf('smtp', 'lmtp'), destination: word }),
});
export const isProbeAnswer = shape({ kind: oneOf('deliverable', 'undeliverable', 'unknown'), text: textOf(8_192) });

export const isPost = shape({ sender: word, recipient: word, smtpUtf8: flag, requireTls: optional(flag) });
export const isPosted = shape({ queueId: word });

const recordedEvent = shape({ key: word, event: shape({ kind: word }) });
/** In the body, as JSON. The events are of our own making, and go into the archive as they are. */
export const isJourney = shape({ events: listOf(recordedEvent, MOST_EVENTS) }) as Check<unknown> as Check<{
  readonly events: readonly { readonly key: string; readonly event: JourneyEvent }[];
}>;

/** The answer, and what else is asked with it, stand in the body as JSON: lists are long. */
export const isQueueQuestion = shape({ method: word });
