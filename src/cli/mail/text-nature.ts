// What a text is made of decides how it is sent: lines that are too long for SMTP, and octets that are no UTF-8 text.
// RFC 5321 §4.5.3.1.6, RFC 2045 §6.

import { isUtf8 } from 'node:buffer';

export interface TextNature {
  readonly isUtf8: boolean;
  readonly hasNul: boolean;
  readonly longestLineBytes: number;
}

const LF = 10;
/** A character of UTF-8 may be cut at a piece's end. */
const MOST_CUT_BYTES = 3;

export function natureOf(pieces: Iterable<Buffer>): TextNature {
  let valid = true;
  let hasNul = false;
  let longest = 0;
  let line = 0;
  let cut: Buffer = Buffer.alloc(0);
  for (const piece of pieces) {
    const whole = Buffer.concat([cut, piece]);
    const end = lastBoundary(whole);
    valid &&= isUtf8(whole.subarray(0, end));
    cut = Buffer.from(whole.subarray(end));
    hasNul ||= piece.includes(0);
    let start = 0;
    for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, start)) {
      longest = Math.max(longest, line + at - start);
      line = 0;
      start = at + 1;
    }
    line += piece.length - start;
  }
  return { isUtf8: valid && cut.length === 0, hasNul, longestLineBytes: Math.max(longest, line) };
}

/** Before a character that has begun and may go on. */
function lastBoundary(octets: Buffer): number {
  for (let back = 1; back <= Math.min(MOST_CUT_BYTES, octets.length); back++) {
    const octet = octets[octets.length - back] ?? 0;
    if (octet < 0x80) return octets.length;
    if (octet < 0xc0) continue;
    const length = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2;
    return length > back ? octets.length - back : octets.length;
  }
  return octets.length;
}
