// Which messages surely have none of the texts that are looked for, told by their octets alone: most are plain ASCII, and then
// what is not in the octets is not in what they mean. All others must be taken apart.

import { isAscii } from 'node:buffer';
import { headerEnd } from './raw-text.ts';
import { WordFinder } from './word-finder.ts';

const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const TAB = 0x09;
const EQUALS = 0x3d;
const QUESTION = 0x3f;

/** What may stand elsewhere, or not at all, in the octets: fields are unfolded, and one a line. */
const BETWEEN_WORDS = /[\s:]/;
/** `Content-Type` and `Content-Transfer-Encoding`: nothing else makes a part's text differ from its octets. */
const CONTENT_FIELD = new WordFinder('CONTENT-T');
/** RFC 2045 §6, RFC 2046 §5.1.5, §5.2. */
const CODED = ['BASE64', 'QUOTED-PRINTABLE', 'MESSAGE/', 'MULTIPART/DIGEST'];
const CHARSET = 'CHARSET';
/** Named in the plain way, and its lower half is ASCII. */
const LIKE_ASCII = /="?(?:US-ASCII|UTF-8|ISO-8859-\d{1,2}|WINDOWS-125\d)\b/y;

/**
 * Words of which each message that has one of the texts, which are folded, has at least one, if it is plain. `undefined` where
 * a text leaves nothing to look for.
 */
export function wordsOf(texts: Iterable<string>): readonly string[] | undefined {
  const words = new Set<string>();
  for (const text of texts) {
    // What is plain cannot have it.
    if (!isAscii(Buffer.from(text))) continue;
    const longest = text.split(BETWEEN_WORDS).reduce((a, b) => (b.length > a.length ? b : a), '');
    if (longest === '') return undefined;
    words.add(longest);
  }
  return [...words];
}

export class Sieve {
  readonly #words: readonly WordFinder[];

  /** By `wordsOf`. */
  constructor(words: readonly string[]) {
    this.#words = words.map((word) => new WordFinder(word));
  }

  /** May the header, decoded and unfolded, have one of the texts? */
  mayBeInHeader(header: Buffer): boolean {
    return this.#stands(header) || !isPlainHeader(header, header.length);
  }

  /** May the message have one of them, in its header or in its body? */
  mayBeInMessage(message: Buffer): boolean {
    return this.#stands(message) || !isPlainHeader(message, headerEnd(message)) || !isPlainBody(message);
  }

  #stands(octets: Buffer): boolean {
    return this.#words.some((word) => word.find(octets) >= 0);
  }
}

/** No encoded words, nothing beyond ASCII, and no bare CR, which unfolding drops. */
function isPlainHeader(octets: Buffer, end: number): boolean {
  for (let at = 0; at < end; at++) {
    const octet = octets[at] ?? 0;
    if (octet >= 0x80) return false;
    if (octet === EQUALS && octets[at + 1] === QUESTION) return false;
    if (octet === CR && octets[at + 1] !== LF) return false;
  }
  return true;
}

function isPlainBody(message: Buffer): boolean {
  if (!isAscii(message)) return false;
  for (let at = CONTENT_FIELD.find(message); at >= 0; ) {
    const end = fieldEnd(message, at);
    const field = message.toString('latin1', at, end).toUpperCase();
    if (CODED.some((sign) => field.includes(sign)) || !charsetsAreLikeAscii(field)) return false;
    at = CONTENT_FIELD.find(message, end);
  }
  return true;
}

function charsetsAreLikeAscii(field: string): boolean {
  for (let at = field.indexOf(CHARSET); at >= 0; at = field.indexOf(CHARSET, at + CHARSET.length)) {
    LIKE_ASCII.lastIndex = at + CHARSET.length;
    if (!LIKE_ASCII.test(field)) return false;
  }
  return true;
}

/** Lines that begin with white space belong to it. */
function fieldEnd(octets: Buffer, start: number): number {
  for (let lf = octets.indexOf(LF, start); lf >= 0; lf = octets.indexOf(LF, lf + 1)) {
    const next = octets[lf + 1];
    if (next !== SP && next !== TAB) return lf + 1;
  }
  return octets.length;
}
