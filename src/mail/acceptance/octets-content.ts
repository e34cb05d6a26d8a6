// A message that is in memory anyway: one the server wrote itself.

import type { MessageContent } from '#mail/ports/message-content.ts';

export function octetsContent(octets: Buffer): MessageContent {
  return {
    sizeBytes: octets.length,
    async read(offset, lengthBytes) {
      return octets.subarray(offset, offset + lengthBytes);
    },
    async *stream() {
      if (octets.length > 0) yield octets;
    },
    async [Symbol.asyncDispose]() {
      // Memory needs no disposal.
    },
  };
}
