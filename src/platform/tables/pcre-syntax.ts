// Perl's patterns for RE2, which reads most of them as they are. Flags switch as pcre_table(5) says: `i` (on unless given),
// `m`, `s` (on unless given), `x`, `A`, `E`, `U`, `X`.

import { err, ok, type Result } from '#base/result.ts';
import type { RegexSource } from './regex-source.ts';

const KNOWN = 'imsxAEUX';

export function translatePcre(pattern: string, flags: string): Result<RegexSource, string> {
  const unknown = [...flags].find((flag) => !KNOWN.includes(flag));
  if (unknown !== undefined)
    return err(`there is no flag "${unknown}" of a pattern; there are ${[...KNOWN].join(', ')}`);
  // Each flag turns its setting, so that two of them are none.
  const isSet = (flag: string) => [...flags].filter((each) => each === flag).length % 2 === 1;
  let text = isSet('x') ? withoutLayout(pattern) : pattern;
  if (isSet('U')) text = `(?U:${text})`;
  if (isSet('A')) text = `\\A(?:${text})`;
  // `E`, the end alone and not before a last line end, is how RE2 reads `$` anyway.
  return ok({
    text,
    ignoresCase: !isSet('i'),
    dotMatchesNewline: !isSet('s'),
    isMultiLine: isSet('m'),
    takesLongest: false,
  });
}

/** White space and comments, which `x` allows outside classes. */
function withoutLayout(pattern: string): string {
  let text = '';
  let isInClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (char === '\\') {
      text += pattern.slice(at, at + 2);
      at++;
    } else if (isInClass || !/[\s#]/.test(char)) {
      if (char === '[') isInClass = true;
      else if (char === ']') isInClass = false;
      text += char;
    } else if (char === '#') {
      const end = pattern.indexOf('\n', at);
      at = end === -1 ? pattern.length : end;
    }
  }
  return text;
}
