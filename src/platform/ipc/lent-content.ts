// A message's content for another process, however large: the owner lends it for the time of one question and answers for
// its pieces, the borrower reads those it needs, as from any other content. Nothing is held twice, and whoever reads
// slowly slows down nobody else.

import { readInPieces } from '#base/read-in-pieces.ts';
import { type Check, shape, wholeNumber } from '#base/shape.ts';
import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Channel } from './channel.ts';

const PIECE_BYTES = 262_144;

/** What a question says of a content. */
export interface Loan {
  readonly loan: number;
  readonly sizeBytes: number;
}

const isPiece = shape({ loan: wholeNumber, offset: wholeNumber, length: wholeNumber });

export const isLoan: Check<Loan> = shape({ loan: wholeNumber, sizeBytes: wholeNumber });

/** The owner's side of one channel. */
export class Lender {
  readonly #lent = new Map<number, MessageContent>();
  #count = 0;

  constructor(channel: Channel) {
    channel.serve('read-lent', async (head) => {
      const content = isPiece(head) ? this.#lent.get(head.loan) : undefined;
      if (!isPiece(head) || content === undefined) throw new WorldError('this is not lent', { transient: false });
      return { body: await content.read(Math.max(0, head.offset), Math.min(Math.max(0, head.length), PIECE_BYTES)) };
    });
  }

  /** While `ask` goes on, the other side may read. */
  async lend<T>(content: MessageContent, ask: (loan: Loan) => Promise<T>): Promise<T> {
    this.#count += 1;
    const loan = this.#count;
    this.#lent.set(loan, content);
    try {
      return await ask({ loan, sizeBytes: content.sizeBytes });
    } finally {
      this.#lent.delete(loan);
    }
  }
}

/** The borrower's side. Disposing of it gives nothing back: the loan ends with the answer. */
export function borrow(channel: Channel, { loan, sizeBytes }: Loan): MessageContent {
  const piece = async (offset: number, length: number): Promise<Buffer> => {
    const { body } = await channel.ask('read-lent', { loan, offset, length });
    return body;
  };
  const read = async (offset: number, lengthBytes: number): Promise<Buffer> => {
    const end = Math.min(sizeBytes, offset + lengthBytes);
    const pieces: Buffer[] = [];
    for (let at = offset; at < end; at += PIECE_BYTES) pieces.push(await piece(at, Math.min(PIECE_BYTES, end - at)));
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  };
  return {
    sizeBytes,
    read,
    stream: () => readInPieces(sizeBytes, PIECE_BYTES, read),
    async [Symbol.asyncDispose]() {
      // The owner disposes of what it lent.
    },
  };
}
