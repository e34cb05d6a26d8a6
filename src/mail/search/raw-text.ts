// What the octets of a header say about a text, without taking them apart: most are plain ASCII, and then most answers are
// exact. `undefined` says that only decoding will tell.

import { isAscii } from 'node:buffer';
import { unfold } from '#protocols/message/header-fields.ts';

const LF = 0x0a;
const CR = 0x0d;

/** What an unfolded header, one field a line, may have elsewhere than the octets have it. */
const MOVED_BY_UNFOLDING = /[\s:]/;
const BARE_CR = /\r(?!\n)/;
/** RFC 5322 §3.6.8 */
const FIELD_NAME = /^[!-9;-~]+$/;

/** In upper case; `undefined` where there are octets beyond ASCII. */
export function upperAscii(octets: Buffer): string | undefined {
  return isAscii(octets) ? octets.toString('latin1').toUpperCase() : undefined;
}

/** Behind the empty line; the length of the octets where there is none. */
export function headerEnd(octets: Buffer): number {
  for (let start = 0; start < octets.length; ) {
    const lf = octets.indexOf(LF, start);
    if (lf === -1) return octets.length;
    if (lf === start || (lf === start + 1 && octets[start] === CR)) return lf + 1;
    start = lf + 1;
  }
  return octets.length;
}

/** `upper`: a header by `upperAscii`. Does the text, which is folded, stand anywhere in it? */
export function headerHas(upper: string, folded: string): boolean | undefined {
  if (MOVED_BY_UNFOLDING.test(folded) || upper.includes('=?') || BARE_CR.test(upper)) return undefined;
  return upper.includes(folded);
}

/** `upper`: a header by `upperAscii`. Does the text, which is folded, stand in a field of that name? */
export function fieldHas(upper: string, name: string, folded: string): boolean | undefined {
  if (!FIELD_NAME.test(name)) return undefined;
  const wanted = name.toUpperCase();
  for (let at = upper.indexOf(wanted); at >= 0; at = upper.indexOf(wanted, at + wanted.length)) {
    const colon = behindBlanks(upper, at + wanted.length);
    if (upper[colon] !== ':' || (at > 0 && upper[at - 1] !== '\n')) continue;
    const value = upper.slice(colon + 1, fieldEnd(upper, colon));
    // In upper case an encoded word is lost.
    if (value.includes('=?')) return undefined;
    if (unfold(value).includes(folded)) return true;
  }
  return false;
}

function behindBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

/** Behind the last of its lines: those that begin with white space belong to it. */
function fieldEnd(text: string, start: number): number {
  let lf = text.indexOf('\n', start);
  while (lf >= 0 && (text[lf + 1] === ' ' || text[lf + 1] === '\t')) lf = text.indexOf('\n', lf + 1);
  return lf < 0 ? text.length : lf;
}
