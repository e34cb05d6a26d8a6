// `%s`, `%u`, `%d`, `%1` … in the queries and results of databases: what they stand for, of the key that is looked up and of
// the value that was found. sqlite_table(5), mysql_table(5)

import { err, ok, type Result } from '#base/result.ts';

/** A text, or the letter behind a percent sign. */
export type ExpansionPart = { readonly text: string } | { readonly letter: string };

const LETTERS = 'sudSUD123456789';

export function parseExpansions(text: string): Result<ExpansionPart[], string> {
  const parts: ExpansionPart[] = [];
  let end = 0;
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', end)) {
    parts.push({ text: text.slice(end, at) });
    const letter = text[at + 1] ?? '';
    if (letter === '%') parts.push({ text: '%' });
    else if (letter !== '' && LETTERS.includes(letter)) parts.push({ letter });
    else return err(`"%${letter}" is not known; there are %s, %u, %d, %S, %U, %D, %1 to %9, and %% for a percent sign`);
    end = at + 2;
  }
  parts.push({ text: text.slice(end) });
  return ok(parts.filter((part) => 'letter' in part || part.text !== ''));
}

/** `undefined` where the key or the value has not what is asked of it: no local part, no domain, or too few labels. */
export function expand(parts: readonly ExpansionPart[], key: string, value?: string): string | undefined {
  const texts: string[] = [];
  for (const part of parts) {
    const text = 'text' in part ? part.text : expandLetter(part.letter, key, value);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts.join('');
}

/** Small letters are of the value, where there is one; in a query both are of the key. */
function expandLetter(letter: string, key: string, value = key): string | undefined {
  switch (letter) {
    case 's':
      return value;
    case 'S':
      return key;
    case 'u':
      return userOf(value);
    case 'U':
      return userOf(key);
    case 'd':
      return domainOf(value);
    case 'D':
      return domainOf(key);
    default:
      return domainOf(key)?.split('.').at(-Number(letter)) || undefined;
  }
}

function userOf(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  return at === -1 ? address : address.slice(0, at) || undefined;
}

export function domainOf(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  return at === -1 || at === address.length - 1 ? undefined : address.slice(at + 1);
}
