// The body of a message, piece by piece as it is kept: what stands before `start` is passed over, and nothing is copied.

import type { MessageContent } from '#mail/ports/message-content.ts';

export async function* bodyOctets(content: MessageContent, start: number): AsyncGenerator<Buffer, void, undefined> {
  let toSkip = start;
  for await (const piece of content.stream()) {
    if (piece.length > toSkip) yield toSkip === 0 ? piece : piece.subarray(toSkip);
    toSkip = Math.max(0, toSkip - piece.length);
  }
}
