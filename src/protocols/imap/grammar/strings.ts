// The smallest words: atoms, strings, numbers. RFC 3501 §9; number64 as in RFC 9051 §9.

import { isUtf8 } from 'node:buffer';
import { ALPHA, charsOf, DIGIT, visibleCharsExcept } from '#base/scanner.ts';
import type { CommandScanner } from './command-scanner.ts';

// ATOM-CHAR     = <any CHAR except atom-specials>
// atom-specials = "(" / ")" / "{" / SP / CTL / list-wildcards / quoted-specials / resp-specials
const ATOM_CHAR = visibleCharsExcept('(){%*"\\]');
// ASTRING-CHAR  = ATOM-CHAR / resp-specials
const ASTRING_CHAR = visibleCharsExcept('(){%*"\\');
const WORD_CHAR = charsOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.');

/** A name of the grammar itself, in upper case; empty where there is none. Digits, `-` and `.` belong to it. */
export function takeWord(scanner: CommandScanner): string {
  return scanner.take(WORD_CHAR).toUpperCase();
}

/** As `takeWord`, letters only. */
export function takeLetters(scanner: CommandScanner): string {
  return scanner.take(ALPHA).toUpperCase();
}

// atom = 1*ATOM-CHAR
export function expectAtom(scanner: CommandScanner): string {
  const atom = scanner.take(ATOM_CHAR);
  if (atom === '') scanner.fail('Expected an atom');
  return atom;
}

// astring = 1*ASTRING-CHAR / string
export function expectAstring(scanner: CommandScanner): string {
  const atom = scanner.take(ASTRING_CHAR);
  return atom === '' ? expectString(scanner) : atom;
}

// nstring = string / nil
export function expectNstring(scanner: CommandScanner): string | undefined {
  if (takeLetters(scanner) === 'NIL') return undefined;
  return expectString(scanner);
}

// string = quoted / literal
export function expectString(scanner: CommandScanner): string {
  const text = eatString(scanner);
  if (text === undefined) scanner.fail('Expected a string');
  return text ?? '';
}

export function eatString(scanner: CommandScanner): string | undefined {
  if (scanner.sees('"')) return eatQuoted(scanner);
  const octets = scanner.eatLiteral();
  if (octets === undefined) return undefined;
  if (!isUtf8(octets) || octets.includes(0)) {
    scanner.fail('Expected UTF-8 without NUL in a literal');
    return undefined;
  }
  return octets.toString('utf8');
}

// quoted      = DQUOTE *QUOTED-CHAR DQUOTE
// QUOTED-CHAR = <any TEXT-CHAR except quoted-specials> / "\" quoted-specials / UTF8-2 / UTF8-3 / UTF8-4
function eatQuoted(scanner: CommandScanner): string | undefined {
  scanner.expect('"');
  let text = '';
  for (;;) {
    const run = scanner.takeUntil('"');
    if (run === undefined) {
      scanner.fail('Expected a closing quotation mark');
      return undefined;
    }
    scanner.expect('"');
    text += run;
    // A quotation mark is escaped by a backslash that is not itself escaped.
    if (trailingBackslashes(run) % 2 === 0) break;
    text += '"';
  }
  const unescaped = unescapeQuoted(text);
  if (unescaped === undefined) scanner.fail('Invalid character in a quoted string');
  return unescaped;
}

function trailingBackslashes(run: string): number {
  let start = run.length;
  while (run[start - 1] === '\\') start--;
  return run.length - start;
}

function unescapeQuoted(text: string): string | undefined {
  if (/[\0\r\n]/.test(text)) return undefined;
  if (!text.includes('\\')) return text;
  return /\\(?:[^"\\]|$)/.test(text.replaceAll('\\\\', '')) ? undefined : text.replace(/\\(["\\])/g, '$1');
}

const HIGHEST_NUMBER = 0xffffffff;

// number = 1*DIGIT (0 <= n < 4,294,967,296)
export function expectNumber(scanner: CommandScanner): number {
  const digits = scanner.take(DIGIT);
  const number = Number(digits);
  if (digits === '' || digits.length > 10 || number > HIGHEST_NUMBER) scanner.fail('Expected a number below 2^32');
  return number;
}

// nz-number = digit-nz *DIGIT (0 < n < 4,294,967,296)
export function expectNzNumber(scanner: CommandScanner): number {
  const leadingZero = scanner.sees('0');
  const number = expectNumber(scanner);
  if (leadingZero) scanner.fail('Expected a number that is not 0');
  return number;
}

// mod-sequence-valzer = "0" / mod-sequence-value   (1 <= n <= 9,223,372,036,854,775,807; RFC 7162 §7)
/** Our mod-sequences stay below 2^53: whatever lies above is higher than all of them. */
export function expectModSequence(scanner: CommandScanner): number {
  const digits = scanner.take(DIGIT);
  if (digits === '' || digits.length > 19) scanner.fail('Expected a mod-sequence');
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}
