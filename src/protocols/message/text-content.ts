// The text of a part, for a person or a search: transfer encoding undone, charset read. RFC 2045 §6, RFC 2046 §4.1.2.

import { type CharsetDecoder, openCharsetDecoder } from './charset.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import type { BodyPart } from './envelope.ts';
import { fieldTexts, type HeaderBlock } from './header-fields.ts';
import { findParameter } from './parameters.ts';
import { openTransferDecoder } from './transfer-encoding.ts';

/** The parts of a message that are text, in order; those of nested messages too. */
export function textParts(part: BodyPart): BodyPart[] {
  const found: BodyPart[] = [];
  const waiting: BodyPart[] = [part];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === 'multipart') waiting.push(...next.children.toReversed());
    else if (next.kind === 'message') waiting.push(next.content);
    else if (next.type === 'text') found.push(next);
  }
  return found;
}

/** For the octets of the part's body, in pieces of any size. */
export function openPartText(part: BodyPart): CharsetDecoder {
  const transfer = openTransferDecoder(part.encoding);
  const charset = openCharsetDecoder(findParameter(part.parameters, 'charset') ?? '');
  return {
    push: (octets) => charset.push(transfer.push(octets)),
    end: () => charset.push(transfer.end()) + charset.end(),
  };
}

/** All of it at once. */
export function partText(part: BodyPart, body: Buffer): string {
  const decoder = openPartText(part);
  return decoder.push(body) + decoder.end();
}

/** The values of every field of that name as a person reads them, encoded words decoded. */
export function decodedFieldTexts(block: HeaderBlock, name: string): string[] {
  return fieldTexts(block, name).map(decodeEncodedWords);
}
