// Names of the DNS: as people write them → as they are asked for, and from the wire to text. RFC 1035 §3.1, §4.1.4;
// RFC 5890 §2.3.2 for those that are not ASCII. Text is lower case, without the final dot; the root is the empty text.

import { domainToASCII } from 'node:url';

const LONGEST_LABEL = 63;
/** In text; on the wire a name has two octets more. */
const LONGEST_NAME = 253;
/** Labels and pointers of one name: more than any name has that a name server writes. */
const MOST_STEPS = 256;

/** The visible signs, without the dot that divides labels and the backslash that begins `\DDD`. */
const LABEL = /^[\x21-\x2d\x2f-\x5b\x5d-\x7e]{1,63}$/;

/** `undefined` for what can be the name of nothing. */
export function parseDnsName(text: string): string | undefined {
  const ascii = /^[\x00-\x7f]*$/.test(text) ? text : toALabels(text);
  const name = ascii.toLowerCase().replace(/\.$/, '');
  if (name.length > LONGEST_NAME) return undefined;
  return name !== '' && name.split('.').every((label) => LABEL.test(label)) ? name : undefined;
}

/** The URL standard's reading of a host knows more signs than a name has. */
function toALabels(text: string): string {
  return /[\x00-\x20%/:?#@[\\\]^|<>\x7f]/.test(text) ? '' : domainToASCII(text);
}

/** A name as `parseDnsName` gives it, without pointers; the root is the empty text. */
export function formatDnsName(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.').map((label) => Buffer.from(label, 'latin1'));
  return Buffer.concat([...labels.flatMap((label) => [Buffer.from([label.length]), label]), Buffer.alloc(1)]);
}

export interface WireName {
  readonly name: string;
  /** Behind the name, where it stands. */
  readonly end: number;
}

/**
 * `undefined` for one that is cut off, too long, or points anywhere but back: a pointer that leads to itself would be
 * followed for ever. Octets that text has no sign for are written `\DDD`, so that a dot within a label divides nothing.
 */
export function readName(message: Buffer, start: number): WireName | undefined {
  const labels: string[] = [];
  let length = 0;
  let at = start;
  let end: number | undefined;
  let earliest = start;
  for (let step = 0; step < MOST_STEPS; step++) {
    const octet = message[at];
    if (octet === undefined) return undefined;
    if (octet === 0) return { name: labels.join('.'), end: end ?? at + 1 };
    if (octet >= 0xc0) {
      const low = message[at + 1];
      const target = ((octet & 0x3f) << 8) | (low ?? 0);
      if (low === undefined || target >= earliest) return undefined;
      end ??= at + 2;
      earliest = target;
      at = target;
      continue;
    }
    const next = at + 1 + octet;
    length += octet + 1;
    if (octet > LONGEST_LABEL || next > message.length || length > LONGEST_NAME + 1) return undefined;
    labels.push(labelText(message, at + 1, next));
    at = next;
  }
  return undefined;
}

/** Signs are looked up: a hostile answer may have a thousand names of a hundred labels each. */
function labelText(message: Buffer, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += SIGNS[message[at] ?? 0];
  return text;
}

/** Of each octet. */
const SIGNS: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const sign = String.fromCharCode(octet).toLowerCase();
  return LABEL.test(sign) ? sign : `\\${String(octet).padStart(3, '0')}`;
});
