// Text in headers beyond ASCII, as it was written before UTF-8 was allowed there. RFC 2047 §2, §5, §6.2.
//
//   encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="

import { decodeBase64 } from './base64.ts';
import { decodeCharset } from './charset.ts';

interface EncodedWord {
  readonly charset: string;
  readonly octets: Buffer;
}

const ENCODED_WORD = /=\?([^\s?*]{1,64})(?:\*[^\s?]{0,64})?\?([bq])\?([^\s?]*)\?=/giy;

/**
 * Every encoded word decoded, the rest as it stands. Neighbours of one charset are decoded together, for many mailers
 * cut characters in two. Never throws: an unknown charset gives replacement characters.
 */
export function decodeEncodedWords(text: string): string {
  let decoded = '';
  let run: EncodedWord[] = [];
  let at = 0;
  const flush = () => {
    decoded += decodeRun(run);
    run = [];
  };
  for (let open = text.indexOf('=?'); open !== -1; open = text.indexOf('=?', open)) {
    ENCODED_WORD.lastIndex = open;
    const match = ENCODED_WORD.exec(text);
    if (match === null) {
      open += 2;
      continue;
    }
    const between = text.slice(at, open);
    // White space between two encoded words is not shown (RFC 2047 §6.2).
    if (run.length === 0 || between.trim() !== '') {
      flush();
      decoded += between;
    }
    const [whole, charset = '', encoding = '', encodedText = ''] = match;
    if (run.length > 0 && run[0]?.charset !== charset.toLowerCase()) flush();
    const octets = encoding.toLowerCase() === 'b' ? decodeBase64(Buffer.from(encodedText)) : decodeQ(encodedText);
    run.push({ charset: charset.toLowerCase(), octets });
    at = open + whole.length;
    open = at;
  }
  flush();
  return decoded + text.slice(at);
}

function decodeRun(run: readonly EncodedWord[]): string {
  const [first] = run;
  if (first === undefined) return '';
  const text = decodeCharset(
    run.length === 1 ? first.octets : Buffer.concat(run.map((word) => word.octets)),
    first.charset,
  );
  // What was encoded may not bring line ends into a header.
  return text.replace(/[\r\n]+/g, ' ');
}

/** Q: `_` is a space, `=XX` an octet. RFC 2047 §4.2. */
function decodeQ(text: string): Buffer {
  const source = Buffer.from(text);
  const octets = Buffer.allocUnsafe(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i++) {
    const octet = source[i] ?? 0;
    const value = octet === 0x3d ? Number.parseInt(hexPair(source, i + 1), 16) : Number.NaN;
    if (!Number.isNaN(value)) i += 2;
    octets[length++] = Number.isNaN(value) ? (octet === 0x5f ? 0x20 : octet) : value;
  }
  return octets.subarray(0, length);
}

function hexPair(source: Buffer, at: number): string {
  const pair = source.toString('latin1', at, at + 2);
  return /^[0-9a-f]{2}$/i.test(pair) ? pair : '';
}

/** 75 characters an encoded word, less `=?UTF-8?B?` and `?=`, in whole groups of base64: 45 octets. */
const MAX_WORD_OCTETS = 45;

/** Printable ASCII stays as it is; anything else becomes encoded words, folded at 76 columns. */
export function encodeHeaderText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes('=?')) return text;
  const words: string[] = [];
  let octets = 0;
  let piece = '';
  const flush = () => {
    if (piece !== '') words.push(`=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`);
    piece = '';
    octets = 0;
  };
  // By character: an encoded word never ends inside one (RFC 2047 §5).
  for (const character of text) {
    const size = Buffer.byteLength(character);
    if (octets + size > MAX_WORD_OCTETS) flush();
    piece += character;
    octets += size;
  }
  flush();
  return words.join('\r\n ');
}
