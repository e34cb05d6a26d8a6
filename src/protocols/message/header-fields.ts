// A header as fields: names, and where their values stand. Nothing is refused: a line that is no field becomes one
// without a name, lines may end in a bare LF, octets may have eight bits. RFC 5322 §2.2, §3.6.8.
//
//   field = field-name ":" unstructured CRLF ; field-name = 1*ftext ; ftext = %d33-57 / %d59-126

import { isUtf8 } from 'node:buffer';
import type { OctetRange } from './envelope.ts';
import { MESSAGE_LIMITS, type MessageLimits } from './limits.ts';

export interface HeaderField {
  /** As written; empty for a line that is no field. */
  readonly name: string;
  /** The whole field, its last line ending included. */
  readonly range: OctetRange;
  /** Behind the colon, without the last line ending. */
  readonly value: OctetRange;
}

export interface HeaderBlock {
  readonly octets: Buffer;
  readonly fields: readonly HeaderField[];
  /** Behind the empty line; the length of the octets where there is none. */
  readonly bodyStart: number;
  /** Fields beyond a limit were passed over. */
  readonly truncated: boolean;
}

export type HeaderLimits = Pick<MessageLimits, 'maxHeaderBytes' | 'maxHeaderFields'>;

const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const SP = 0x20;
const COLON = 0x3a;

/** `octets` begin with the header; a body behind it is not looked at. */
export function parseHeaderFields(octets: Buffer, limits: HeaderLimits = MESSAGE_LIMITS): HeaderBlock {
  const fields: HeaderField[] = [];
  let truncated = false;
  let at = 0;
  while (at < octets.length) {
    const end = fieldEnd(octets, at);
    if (isLineEnding(octets, at, end)) return { octets, fields, bodyStart: end, truncated };
    if (end > limits.maxHeaderBytes || fields.length >= limits.maxHeaderFields) truncated = true;
    else fields.push(readField(octets, at, end));
    at = end;
  }
  return { octets, fields, bodyStart: octets.length, truncated };
}

/** Behind the last line of the field that begins at `start`: lines that begin with white space belong to it. */
function fieldEnd(octets: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const lf = octets.indexOf(LF, at);
    if (lf === -1) return octets.length;
    at = lf + 1;
    // An empty line ends the header, whatever the line behind it begins with.
    if (isLineEnding(octets, start, at)) return at;
    const next = octets[at];
    if (next !== SP && next !== TAB) return at;
  }
}

function isLineEnding(octets: Buffer, start: number, end: number): boolean {
  return (
    (end - start === 1 && octets[start] === LF) ||
    (end - start === 2 && octets[start] === CR && octets[start + 1] === LF)
  );
}

function readField(octets: Buffer, start: number, end: number): HeaderField {
  let nameEnd = start;
  while (nameEnd < end && isNameOctet(octets[nameEnd])) nameEnd++;
  let colon = nameEnd;
  while (octets[colon] === SP || octets[colon] === TAB) colon++;
  const isField = nameEnd > start && colon < end && octets[colon] === COLON;
  return {
    name: isField ? octets.toString('latin1', start, nameEnd) : '',
    range: { start, end },
    value: { start: isField ? colon + 1 : start, end: end - lineEndingBytes(octets, start, end) },
  };
}

function isNameOctet(octet: number | undefined): boolean {
  return octet !== undefined && octet > SP && octet < 0x7f && octet !== COLON;
}

function lineEndingBytes(octets: Buffer, start: number, end: number): number {
  if (end === start || octets[end - 1] !== LF) return 0;
  return end - 1 > start && octets[end - 2] === CR ? 2 : 1;
}

/** The value on one line, without white space around it. */
export function fieldText(block: HeaderBlock, field: HeaderField): string {
  return unfold(decodeOctets(block.octets.subarray(field.value.start, field.value.end)));
}

/** The texts of all fields of that name, from top to bottom. */
export function fieldTexts(block: HeaderBlock, name: string): string[] {
  const wanted = name.toLowerCase();
  return block.fields.filter((field) => field.name.toLowerCase() === wanted).map((field) => fieldText(block, field));
}

/** RFC 5322 §2.2.3; a fold by a tab reads as a space, as Dovecot shows it. Bare carriage returns are dropped. */
export function unfold(text: string): string {
  if (!/[\r\n]/.test(text)) return trimWhiteSpace(text);
  return trimWhiteSpace(text.replaceAll('\r', '').replace(/\n\t/g, ' ').replaceAll('\n', ''));
}

/** Blanks, tabs and line ends only: a NUL or a no-break space is somebody's text. By hand, for `/\s+$/` is quadratic. */
function trimWhiteSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start++;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isWhiteSpace(code: number): boolean {
  return code === SP || code === TAB || code === CR || code === LF;
}

const windows1252 = new TextDecoder('windows-1252');

/** Header octets as text: UTF-8 (RFC 6532 §3.1); anything else with eight bits is taken for Windows-1252. */
function decodeOctets(octets: Buffer): string {
  return isUtf8(octets) ? octets.toString('utf8') : windows1252.decode(octets);
}
