// The header of a stored message, read without its body.

import type { MessageContent } from '#mail/ports/message-content.ts';
import { type HeaderBlock, parseHeaderFields } from '#protocols/message/header-fields.ts';
import { MESSAGE_LIMITS } from '#protocols/message/limits.ts';

/** Most headers are shorter. */
const FIRST_READ_BYTES = 16 * 1024;

export interface StoredHeader {
  readonly block: HeaderBlock;
  /** False where the header is longer than is looked at: `block.bodyStart` is then not its end. */
  readonly whole: boolean;
}

export async function readHeader(content: MessageContent): Promise<StoredHeader> {
  for (let lengthBytes = FIRST_READ_BYTES; ; lengthBytes *= 4) {
    const block = parseHeaderFields(await content.read(0, lengthBytes));
    const ended = block.bodyStart < block.octets.length || block.octets.length >= content.sizeBytes;
    if (ended) return { block, whole: true };
    if (lengthBytes > MESSAGE_LIMITS.maxHeaderBytes) return { block, whole: false };
  }
}
