// Questions and answers that may be larger than one frame: a large question's octets are lent, a large answer's are sent ahead in
// parts while the question is open.

import { type Check, optional, shape, textOf, wholeNumber } from '#base/shape.ts';
import { WorldError } from '#base/world-error.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { readWhole } from '#platform/files/read-whole.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { borrow, isLoan, type Loan } from '#platform/ipc/lent-content.ts';
import { lenderOf } from '#platform/local-delivery/carried-content.ts';

const ONE_FRAME_BYTES = 512 * 1024;
const LONGEST_QUESTION_BYTES = 64 * 1024 * 1024;
const LONGEST_ANSWER_BYTES = 256 * 1024 * 1024;
const PART = 'part-of-answer';

const isQuestion: Check<{ readonly word: string; readonly exchange: number; readonly loan: Loan | undefined }> = shape({
  word: textOf(64),
  exchange: wholeNumber,
  loan: optional(isLoan),
});
const isPart = shape({ exchange: wholeNumber });

interface Parts {
  readonly pieces: Buffer[];
  bytes: number;
}

/** The asker's side of one channel. */
class Exchanges {
  readonly open = new Map<number, Parts>();
  last = 0;

  constructor(channel: Channel) {
    channel.serve(PART, (head, body) => {
      const parts = isPart(head) ? this.open.get(head.exchange) : undefined;
      if (parts === undefined || parts.bytes + body.length > LONGEST_ANSWER_BYTES) {
        throw new WorldError('a part of no answer', { transient: false });
      }
      parts.bytes += body.length;
      parts.pieces.push(Buffer.from(body));
      return {};
    });
  }
}

const exchangesOf = new WeakMap<Channel, Exchanges>();

export async function askLarge(channel: Channel, kind: string, word: string, octets: Buffer): Promise<Buffer> {
  const exchanges = exchangesOf.get(channel) ?? new Exchanges(channel);
  exchangesOf.set(channel, exchanges);
  const exchange = ++exchanges.last;
  const parts: Parts = { pieces: [], bytes: 0 };
  exchanges.open.set(exchange, parts);
  try {
    const { body } =
      octets.length <= ONE_FRAME_BYTES
        ? await channel.ask(kind, { word, exchange }, octets)
        : await lenderOf(channel).lend(memoryContent(octets), (loan) => channel.ask(kind, { word, exchange, loan }));
    return parts.pieces.length === 0 ? body : Buffer.concat([...parts.pieces, body]);
  } finally {
    exchanges.open.delete(exchange);
  }
}

export type LargeAnswerer = (word: string, octets: Buffer) => Promise<Buffer>;

export function serveLarge(channel: Channel, kind: string, answer: LargeAnswerer): void {
  channel.serve(kind, async (head, body) => {
    if (!isQuestion(head) || (head.loan?.sizeBytes ?? 0) > LONGEST_QUESTION_BYTES) {
      throw new WorldError('a question that is none', { transient: false });
    }
    const octets = head.loan === undefined ? body : await readWhole(borrow(channel, head.loan));
    const answered = await answer(head.word, octets);
    let at = 0;
    for (; answered.length - at > ONE_FRAME_BYTES; at += ONE_FRAME_BYTES) {
      await channel.ask(PART, { exchange: head.exchange }, answered.subarray(at, at + ONE_FRAME_BYTES));
    }
    return { body: answered.subarray(at) };
  });
}
