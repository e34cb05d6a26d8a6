// A message that holds 8-bit or binary bodies, for a server that takes 7 bits only: each such part is encoded anew,
// text as quoted-printable, the rest as base64, and its header says so. RFC 6152 §3, RFC 2045 §6.2, §6.4, RFC 3030 §3.
// What stands around parts (a preamble, an epilogue) has no header to say so, and nobody reads it (RFC 2046 §5.1.1): what of
// it is not ASCII is replaced.
//
// A signature over the octets (DKIM, S/MIME, OpenPGP) does not survive it; RFC 6376 §5.3 tells signers to encode first.

import { encodeBase64Lines } from './base64.ts';
import type { BodyPart, MessageDescription, MultiPart, OctetRange } from './envelope.ts';
import { findParameter } from './parameters.ts';
import { encodeQuotedPrintable } from './quoted-printable.ts';

export type BodyEncoding = 'quoted-printable' | 'base64';

/** What stands in the message at `range`, and what takes its place; everything between is copied. */
export type DowngradeEdit =
  | { readonly kind: 'header'; readonly range: OctetRange; readonly encoding: BodyEncoding | '7bit' }
  | { readonly kind: 'body'; readonly range: OctetRange; readonly encoding: BodyEncoding }
  /** Between parts, before them or behind them, with their delimiters. */
  | { readonly kind: 'filler'; readonly range: OctetRange };

/** The parts' encodings that are 7-bit already, whatever the octets of their bodies say. */
const ENCODED: ReadonlySet<string> = new Set(['BASE64', 'QUOTED-PRINTABLE']);
const WIDE: ReadonlySet<string> = new Set(['8BIT', 'BINARY']);

/**
 * In the order of the message, without overlaps. `isWide`: the octets there are not all ASCII, or not all in lines.
 * `undefined` where the structure was not taken apart to its end, or hangs on octets that would be replaced.
 */
export function planDowngrade(
  { structure, truncated }: MessageDescription,
  isWide: IsWide,
): readonly DowngradeEdit[] | undefined {
  if (truncated) return undefined;
  const edits: DowngradeEdit[] = [];
  return planPart(structure, isWide, edits) ? edits : undefined;
}

type IsWide = (range: OctetRange) => boolean;

/** False: it cannot be done. */
function planPart(part: BodyPart, isWide: IsWide, edits: DowngradeEdit[]): boolean {
  if (part.kind === 'leaf') {
    const mustEncode = !ENCODED.has(part.encoding) && (part.encoding === 'BINARY' || isWide(part.body));
    if (mustEncode) {
      const encoding = part.type === 'text' ? 'quoted-printable' : 'base64';
      edits.push({ kind: 'header', range: part.header, encoding }, { kind: 'body', range: part.body, encoding });
    } else if (WIDE.has(part.encoding)) {
      edits.push({ kind: 'header', range: part.header, encoding: '7bit' });
    }
    return true;
  }
  // A part of parts may not be encoded as a whole (RFC 2045 §6.4), and is 7-bit when they are.
  if (WIDE.has(part.encoding)) edits.push({ kind: 'header', range: part.header, encoding: '7bit' });
  return part.kind === 'multipart' ? planMultipart(part, isWide, edits) : planPart(part.content, isWide, edits);
}

function planMultipart({ body, children, parameters }: MultiPart, isWide: IsWide, edits: DowngradeEdit[]): boolean {
  const hasWideBoundary = !isAsciiText(findParameter(parameters, 'boundary') ?? '');
  let start = body.start;
  const planFiller = (end: number): boolean => {
    const range = { start, end };
    if (!isWide(range)) return true;
    edits.push({ kind: 'filler', range });
    return !hasWideBoundary;
  };
  for (const child of children) {
    if (!planFiller(child.header.start) || !planPart(child, isWide, edits)) return false;
    start = child.body.end;
  }
  return planFiller(body.end);
}

function isAsciiText(text: string): boolean {
  return !/[^\x00-\x7f]/.test(text);
}

const QUESTION_MARK = 0x3f;

/** As many octets, in the same lines. */
export function replaceWide(octets: Buffer): Buffer {
  return Buffer.from(octets.map((octet) => (octet > 0x7f ? QUESTION_MARK : octet)));
}

const FIELD = /^content-transfer-encoding[ \t]*:/i;
const MIME_VERSION = /^mime-version[ \t]*:/i;
const CONTENT_TYPE = /^content-type[ \t]*:/i;

/** The header with the new encoding; `isRoot`: it must say, too, that this is MIME at all. */
export function rewriteHeader(header: Buffer, encoding: BodyEncoding | '7bit', isRoot: boolean): Buffer {
  const lines = header.toString('latin1').split(/(?<=\n)/);
  // The empty line comes again at the end.
  if (isEmptyLine(lines.at(-1))) lines.pop();
  const kept: string[] = [];
  let isDropped = false;
  for (const line of lines) {
    const isFolded = line.startsWith(' ') || line.startsWith('\t');
    isDropped = isFolded ? isDropped : FIELD.test(line);
    if (!isDropped) kept.push(line);
  }
  const mime = isRoot ? missingMimeFields(lines) : '';
  return Buffer.from(`${kept.join('')}${mime}Content-Transfer-Encoding: ${encoding}\r\n\r\n`, 'latin1');
}

/** Many a program says what it sends, and not that this is MIME. */
function missingMimeFields(lines: readonly string[]): string {
  if (lines.some((line) => MIME_VERSION.test(line))) return '';
  // Text of before MIME: nobody knows in which charset it is.
  const type = lines.some((line) => CONTENT_TYPE.test(line))
    ? ''
    : 'Content-Type: text/plain; charset=unknown-8bit\r\n';
  return `MIME-Version: 1.0\r\n${type}`;
}

function isEmptyLine(line: string | undefined): boolean {
  return line === '' || line === '\n' || line === '\r\n';
}

/** Three octets are four characters, and a line has 76 of them. */
const BASE64_LINE_OCTETS = 57;
const LONGEST_HELD_LINE = 16_384;
const EMPTY: Buffer = Buffer.alloc(0);
const CRLF = Buffer.from('\r\n');
const SOFT_LINE_BREAK = Buffer.from('=\r\n');

/** A body in pieces of any size, encoded. */
export class BodyEncoder {
  readonly #encoding: BodyEncoding;
  #held: Buffer = EMPTY;

  constructor(encoding: BodyEncoding) {
    this.#encoding = encoding;
  }

  push(octets: Buffer): Buffer {
    const all = this.#held.length === 0 ? octets : Buffer.concat([this.#held, octets]);
    const end = this.#encoding === 'base64' ? all.length - (all.length % BASE64_LINE_OCTETS) : endOfLastLine(all);
    // A line that has no end yet is broken softly when it becomes too long to be held.
    const isLong = end === 0 && all.length > LONGEST_HELD_LINE;
    this.#held = isLong ? EMPTY : Buffer.from(all.subarray(end));
    return isLong ? Buffer.concat([this.#encode(all), SOFT_LINE_BREAK]) : this.#encode(all.subarray(0, end));
  }

  end(): Buffer {
    const rest = this.#held;
    this.#held = EMPTY;
    const encoded = this.#encode(rest);
    // The line end before a boundary is the boundary's.
    return this.#encoding === 'base64' && encoded.length > 0 ? encoded.subarray(0, encoded.length - 2) : encoded;
  }

  #encode(octets: Buffer): Buffer {
    const text = this.#encoding === 'base64' ? encodeBase64Lines(octets) : encodeQuotedPrintable(octets);
    return Buffer.from(text, 'latin1');
  }
}

function endOfLastLine(octets: Buffer): number {
  const crlf = octets.lastIndexOf(CRLF);
  return crlf === -1 ? 0 : crlf + CRLF.length;
}
