// `{a, b {c d}}`: words between commas and blanks, of which those in braces may hold commas and blanks themselves.

import { err, ok, type Result } from '#base/result.ts';
import { isBlank, trimBlanks } from '#mail/routing/aliases/quoted-text.ts';

/** The words of a list in braces, at least one; their own braces are left on. */
export function takeBracedList(text: string): Result<string[], string> {
  const inner = stripBraces(text);
  if (!inner.ok) return inner;
  const words: string[] = [];
  const list = inner.value;
  for (let at = 0; at < list.length; ) {
    if (isSeparator(list, at)) at++;
    else {
      const end = endOfWord(list, at);
      if (end === undefined) return err('its braces are not balanced');
      words.push(list.slice(at, end));
      at = end;
    }
  }
  return words.length > 0 ? ok(words) : err('there is nothing between the braces');
}

export function stripBraces(text: string): Result<string, string> {
  if (!text.startsWith('{')) return err('"{" is missing');
  const end = endOfWord(text, 0, (list, at) => list[at - 1] === '}');
  if (end === undefined || !text.slice(0, end).endsWith('}')) return err('"}" is missing');
  if (end !== text.length) return err(`there is something behind "}" in "${text}"`);
  return ok(trimBlanks(text.slice(1, -1)));
}

function isSeparator(text: string, at: number): boolean {
  return text[at] === ',' || isBlank(text, at);
}

/** Where braces are balanced and the word ends. */
function endOfWord(text: string, from: number, isEnd = isSeparator): number | undefined {
  let depth = 0;
  let at = from;
  for (; at < text.length; at++) {
    if (depth === 0 && at > from && isEnd(text, at)) return at;
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth < 0) return undefined;
  }
  return depth === 0 ? at : undefined;
}
