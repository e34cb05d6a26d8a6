// The announcement of a literal at the end of a line, and what becomes of the literal. RFC 3501 §9 (literal),
// RFC 7888 §3, RFC 3516 §4.4 (literal8).
//
//   literal  = "{" number ["+"] "}" CRLF *CHAR8
//   literal8 = "~{" number ["+"] "}" CRLF *OCTET

import type { FramingLimits } from './limits.ts';
import type { ResponseCode, Status } from './response.ts';
import type { LiteralOffer, Segment } from './segment.ts';

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

export type LiteralDecision =
  | { readonly kind: 'buffer' }
  /** The message of an APPEND: parse the command before accepting, it may be refused for its mailbox or its size. */
  | { readonly kind: 'stream' }
  | { readonly kind: 'refuse'; readonly status: Status; readonly code: ResponseCode; readonly message: string };

/** `segments` as in `literal-begin`. */
export function decideLiteral(segments: readonly Segment[], limits: FramingLimits): LiteralDecision {
  const offer = segments.at(-1);
  if (offer?.kind !== 'offer') throw new Error('no literal was offered');
  if (isAppendMessage(segments)) return { kind: 'stream' };
  const literals = segments.filter(({ kind }) => kind !== 'text').length;
  const commandBytes = segments.reduce((sum, segment) => sum + sizeOf(segment), 0);
  const tooLarge =
    offer.sizeBytes > limits.literalBytes || literals > limits.literalsPerCommand || commandBytes > limits.commandBytes;
  return tooLarge
    ? { kind: 'refuse', status: 'BAD', code: 'TOOBIG', message: 'Literal too large' }
    : { kind: 'buffer' };
}

/** An APPEND's first argument is the mailbox; whatever literal comes behind it is the message. */
function isAppendMessage(segments: readonly Segment[]): boolean {
  const [first] = segments;
  if (first?.kind !== 'text' || !/^[^ ]+ APPEND /i.test(first.text)) return false;
  const isMailbox = segments.length === 2 && /^[^ ]+ APPEND $/i.test(first.text);
  return !isMailbox;
}

function sizeOf(segment: Segment): number {
  if (segment.kind === 'text') return segment.text.length;
  return segment.kind === 'literal' ? segment.octets.length : segment.sizeBytes;
}
