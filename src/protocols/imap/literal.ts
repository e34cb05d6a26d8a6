// The announcement of a literal at the end of a line. RFC 3501 §9 (literal), RFC 7888 §3, RFC 3516 §4.4 (literal8).
//
//   literal  = "{" number ["+"] "}" CRLF *CHAR8
//   literal8 = "~{" number ["+"] "}" CRLF *OCTET

import type { LiteralOffer } from './segment.ts';

export type Announcement =
  | { readonly kind: 'none'; readonly textBytes: number }
  /** `textBytes`: what stands before the announcement. */
  | { readonly kind: 'literal'; readonly textBytes: number; readonly offer: LiteralOffer }
  | { readonly kind: 'invalid'; readonly synchronizing: boolean };

const QUOTE = 0x22;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const TILDE = 0x7e;
const NUMBER = /^([0-9]{1,10})(\+?)$/;
const HIGHEST_NUMBER = 0xffffffff;
/** `{`, more digits than are any use, `+}`. */
const ANNOUNCEMENT_BYTES = 32;

/** `line` without its CRLF. */
export function readLiteralAnnouncement(line: Buffer): Announcement {
  if (line[line.length - 1] !== CLOSE) return { kind: 'none', textBytes: line.length };
  const open = line.lastIndexOf(OPEN);
  // Behind a quotation mark the brace stood in a quoted string, and this one ends an atom: `LOGIN "{" }`.
  if (open === -1 || line.includes(QUOTE, open)) return { kind: 'none', textBytes: line.length };
  const inside = line.toString('latin1', Math.max(open + 1, line.length - ANNOUNCEMENT_BYTES), line.length - 1);
  const match = NUMBER.exec(inside);
  const sizeBytes = Number(match?.[1]);
  if (match === null || sizeBytes > HIGHEST_NUMBER) return { kind: 'invalid', synchronizing: !inside.endsWith('+') };
  const binary = line[open - 1] === TILDE;
  return {
    kind: 'literal',
    textBytes: binary ? open - 1 : open,
    offer: { kind: 'offer', sizeBytes, synchronizing: match[2] === '', binary },
  };
}
