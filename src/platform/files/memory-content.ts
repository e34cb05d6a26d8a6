// The octets of a small message, held in memory.

import type { MessageContent } from '#mail/ports/message-content.ts';

export function memoryContent(octets: Buffer): MessageContent {
  return {
    sizeBytes: octets.length,
    async read(offset, lengthBytes) {
      return octets.subarray(offset, offset + lengthBytes);
    },
    async *stream() {
      yield octets;
    },
    async [Symbol.asyncDispose]() {
      // Nothing is held but memory.
    },
  };
}
