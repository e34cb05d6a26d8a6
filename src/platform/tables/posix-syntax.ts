// POSIX extended regular expressions, with what glibc adds, for RE2. They differ in brackets, where POSIX knows no
// backslash, and in a few escapes. Flags switch as regexp_table(5) says: `i` (on unless given), `m`, `x` (on unless given).

import { err, ok, type Result } from '#base/result.ts';
import type { RegexSource } from './regex-source.ts';

const KNOWN = 'imx';

/** Behind a backslash; what is not here stands for itself. */
const ESCAPES: Readonly<Record<string, string>> = {
  // Where a word begins, and where it ends.
  '<': '\\b(?<!\\w)',
  '>': '\\b(?<=\\w)',
  '`': '\\A',
  "'": '\\z',
  w: '\\w',
  W: '\\W',
  s: '\\s',
  S: '\\S',
  b: '\\b',
  B: '\\B',
};

export function translatePosix(pattern: string, flags: string): Result<RegexSource, string> {
  const unknown = [...flags].find((flag) => !KNOWN.includes(flag));
  if (unknown !== undefined)
    return err(`there is no flag "${unknown}" of a pattern; there are ${[...KNOWN].join(', ')}`);
  const isSet = (flag: string) => [...flags].filter((each) => each === flag).length % 2 === 1;
  if (isSet('x')) return err('flag x: basic regular expressions are not supported; write an extended one');
  const text = translate(pattern);
  if (!text.ok) return text;
  return ok({
    text: text.value,
    ignoresCase: !isSet('i'),
    dotMatchesNewline: !isSet('m'),
    isMultiLine: isSet('m'),
    takesLongest: true,
  });
}

function translate(pattern: string): Result<string, string> {
  const parts: string[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    const next = pattern[at + 1] ?? '';
    if (char === '\\') {
      if (/[1-9]/.test(next)) return err(`"\\${next}": back-references cannot be matched in linear time`);
      parts.push(Object.hasOwn(ESCAPES, next) ? (ESCAPES[next] ?? '') : literal(next));
      at++;
    } else if (char === '[') {
      const bracket = translateBracket(pattern, at);
      if (!bracket.ok) return bracket;
      parts.push(bracket.value.text);
      at = bracket.value.end - 1;
    } else if (char === '{' && next === ',') {
      // glibc knows it for `{0,`, and RE2 for a text.
      parts.push('{0');
    } else if (char === '(' && next === '?') return err('"(?" is no POSIX; pcre: tables know it');
    else parts.push(char);
  }
  return ok(parts.join(''));
}

function literal(char: string): string {
  return /[A-Za-z0-9]/.test(char) || char > '~' ? char : `\\${char}`;
}

/** `[^]a\[:alpha:]]`: the first `]` is a member, a backslash is one, and so is a `[`. */
function translateBracket(pattern: string, start: number): Result<{ text: string; end: number }, string> {
  const isNegated = pattern[start + 1] === '^';
  const first = start + (isNegated ? 2 : 1);
  let text = isNegated ? '[^' : '[';
  for (let at = first; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    const next = pattern[at + 1] ?? '';
    if (char === ']' && at > first) return ok({ text: `${text}]`, end: at + 1 });
    if (char === '[' && next === ':') {
      const end = pattern.indexOf(':]', at);
      if (end === -1) return err('"[:" without ":]"');
      text += pattern.slice(at, end + 2);
      at = end + 1;
    } else if (char === '[' && (next === '.' || next === '=')) {
      return err(`"[${next}": collating elements are not supported`);
    } else text += char === '\\' || char === '[' || char === ']' ? `\\${char}` : char;
  }
  return err('"[" without "]"');
}
