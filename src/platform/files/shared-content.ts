// The octets of a message in chunks of memory that threads share: whoever keeps it in another thread reads them there.

import type { OctetChunk } from '#base/octet-chunk.ts';
import { readInPieces } from '#base/read-in-pieces.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';

const STREAM_BYTES = 256 * 1024;

/** Windows into shared memory, which are its own until it is disposed of. */
export interface SharedContent extends MessageContent {
  readonly sharedPieces: readonly Buffer[];
}

/** Where a message lies in shared memory, if it does. */
export function sharedPiecesOf(content: MessageContent): readonly Buffer[] | undefined {
  return 'sharedPieces' in content ? (content as SharedContent).sharedPieces : undefined;
}

/** The chunks become its own. */
export function chunkedContent(chunks: readonly OctetChunk[], sizeBytes: number): SharedContent {
  const pieces = chunks.map(({ octets }) => octets);
  let isOver = false;
  const content = sharedContent(pieces, sizeBytes, () => {
    if (isOver) throw new Error('a message was read that is disposed of');
  });
  return {
    ...content,
    async [Symbol.asyncDispose]() {
      isOver = true;
      for (const chunk of chunks) chunk.release();
    },
  };
}

/** What is read is a copy: the memory is another message's as soon as this one is disposed of. */
export function sharedContent(
  sharedPieces: readonly Buffer[],
  sizeBytes: number,
  check: () => void = () => undefined,
): SharedContent {
  const read = async (offset: number, lengthBytes: number): Promise<Buffer> => {
    check();
    const octets = Buffer.allocUnsafe(Math.max(0, Math.min(lengthBytes, sizeBytes - offset)));
    copyPieces(sharedPieces, offset, octets);
    return octets;
  };
  return {
    sharedPieces,
    sizeBytes,
    read,
    stream: () => readInPieces(sizeBytes, STREAM_BYTES, read),
    async [Symbol.asyncDispose]() {
      // The memory is its owner's.
    },
  };
}

/** Fills the target from there on, as far as there are octets; how many that were. */
export function copyPieces(pieces: readonly Buffer[], offset: number, target: Buffer): number {
  let copied = 0;
  let pieceAt = 0;
  for (const piece of pieces) {
    const from = offset + copied - pieceAt;
    if (copied === target.length) break;
    if (from < piece.length) copied += piece.copy(target, copied, from);
    pieceAt += piece.length;
  }
  return copied;
}
