// A header field in its canonical form. `relaxed`: the name in lower case, no blanks around the colon and at the end, the
// value unfolded, runs of blanks as one. RFC 6376 §3.4.1, §3.4.2.

import type { Canonicalization } from './canonicalization.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const COLON = 0x3a;
const CRLF = Buffer.from('\r\n');

/** `field` with or without its last line end; the form has one. */
export function canonicalField(field: Buffer, canonicalization: Canonicalization): Buffer {
  if (canonicalization === 'relaxed') return relaxedField(field);
  return field.at(-1) === LF ? field : Buffer.concat([field, CRLF]);
}

function relaxedField(field: Buffer): Buffer {
  const form = Buffer.allocUnsafe(field.length + CRLF.length);
  let length = 0;
  let at = 0;
  for (; at < field.length; at++) {
    const octet = field[at] as number;
    if (octet === COLON) break;
    if (!isBlank(octet)) form[length++] = lowerCase(octet);
  }
  form[length++] = COLON;
  let hasBlank = false;
  const valueAt = length;
  for (at++; at < field.length; at++) {
    const octet = field[at] as number;
    if (octet === CR && field[at + 1] === LF) at++;
    else if (isBlank(octet)) hasBlank = true;
    else {
      if (hasBlank && length > valueAt) form[length++] = SP;
      hasBlank = false;
      form[length++] = octet;
    }
  }
  form[length++] = CR;
  form[length++] = LF;
  return form.subarray(0, length);
}

function isBlank(octet: number): boolean {
  return octet === SP || octet === TAB;
}

function lowerCase(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
}
