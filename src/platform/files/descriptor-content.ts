// The octets of a message in an open file. They stay readable when the file loses its name; disposing closes it.

import { close, read } from 'node:fs';
import { promisify } from 'node:util';
import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';

const STREAM_BYTES = 256 * 1024;
const readAt = promisify(read);
const closeFile = promisify(close);

export function descriptorContent(descriptor: number, sizeBytes: number): MessageContent {
  let isOpen = true;
  const readPart = async (offset: number, lengthBytes: number): Promise<Buffer> => {
    const wanted = Math.max(0, Math.min(lengthBytes, sizeBytes - offset));
    const octets = Buffer.allocUnsafe(wanted);
    let filled = 0;
    try {
      while (filled < wanted) {
        const { bytesRead } = await readAt(descriptor, octets, filled, wanted - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
    } catch (cause) {
      throw new WorldError('reading a message', { transient: true, cause });
    }
    return octets.subarray(0, filled);
  };
  return {
    sizeBytes,
    read: readPart,
    async *stream() {
      for (let offset = 0; offset < sizeBytes; ) {
        const piece = await readPart(offset, STREAM_BYTES);
        if (piece.length === 0) throw new WorldError('reading a message that was cut short', { transient: true });
        offset += piece.length;
        yield piece;
      }
    },
    async [Symbol.asyncDispose]() {
      if (!isOpen) return;
      isOpen = false;
      await closeFile(descriptor);
    },
  };
}
