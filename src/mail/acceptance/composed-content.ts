// A message whose header was written anew: the new octets, then the original from where its body begins. The body is
// never copied and never looked at.

import type { MessageContent } from '#mail/ports/message-content.ts';
import { bodyOctets } from './body-octets.ts';

/** The original stays its owner's to dispose of, and must outlive this. */
export function composeContent(head: Buffer, original: MessageContent, bodyOffset: number): MessageContent {
  return {
    sizeBytes: head.length + original.sizeBytes - bodyOffset,
    async read(offset, lengthBytes) {
      const front = head.subarray(offset, offset + lengthBytes);
      if (front.length === lengthBytes) return front;
      const bodyAt = bodyOffset + Math.max(0, offset - head.length);
      const rest = await original.read(bodyAt, lengthBytes - front.length);
      return front.length === 0 ? rest : Buffer.concat([front, rest]);
    },
    async *stream() {
      if (head.length > 0) yield head;
      yield* bodyOctets(original, bodyOffset);
    },
    async [Symbol.asyncDispose]() {
      // Nothing is held here; the original is disposed of by whoever opened it.
    },
  };
}
