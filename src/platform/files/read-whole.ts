// A message's octets in one piece: for the small ones, and for whoever must see all of it.

import type { MessageContent } from '#mail/ports/message-content.ts';

export async function readWhole(content: MessageContent): Promise<Buffer> {
  const first = await content.read(0, content.sizeBytes);
  if (first.length >= content.sizeBytes) return first;
  const pieces = [first];
  for (let offset = first.length; offset < content.sizeBytes; ) {
    const piece = await content.read(offset, content.sizeBytes - offset);
    if (piece.length === 0) break;
    pieces.push(piece);
    offset += piece.length;
  }
  return Buffer.concat(pieces);
}
