// The signs and words of a message list. Quotes keep blanks within a word; a sign ends nothing that has begun as a word.

import { err, ok, type Result } from '#base/result.ts';
import type { Remark } from './failure.ts';

export type ListToken =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'sign'; readonly sign: '^' | '$' | '.' }
  | { readonly kind: 'star' | 'plus' | 'dash' }
  | { readonly kind: 'word'; readonly text: string };

const SIGNS: Readonly<Record<string, ListToken>> = {
  '^': { kind: 'sign', sign: '^' },
  $: { kind: 'sign', sign: '$' },
  '.': { kind: 'sign', sign: '.' },
  '*': { kind: 'star' },
  '+': { kind: 'plus' },
  '-': { kind: 'dash' },
};

export function readListTokens(text: string): Result<readonly ListToken[], Remark> {
  const tokens: ListToken[] = [];
  for (let at = 0; at < text.length; ) {
    const first = text.charAt(at);
    const sign = SIGNS[first];
    const [digits] = /^\d{1,9}/.exec(text.slice(at, at + 9)) ?? [];
    if (first === ' ' || first === '\t') at++;
    else if (digits !== undefined) {
      tokens.push({ kind: 'number', value: Number(digits) });
      at += digits.length;
    } else if (sign !== undefined) {
      tokens.push(sign);
      at++;
    } else {
      const end = wordEnd(text, at);
      if (end === undefined) return err({ key: 'mail.missing-quote', values: { quote: first } });
      const isQuoted = first === '"' || first === "'";
      tokens.push({ kind: 'word', text: isQuoted ? text.slice(at + 1, end) : text.slice(at, end) });
      at = isQuoted ? end + 1 : end;
    }
  }
  return ok(tokens);
}

/** The place of the closing quote, or behind the word. */
function wordEnd(text: string, start: number): number | undefined {
  const first = text.charAt(start);
  if (first === '"' || first === "'") {
    const close = text.indexOf(first, start + 1);
    return close < 0 ? undefined : close;
  }
  let end = start;
  while (end < text.length && text.charAt(end) !== ' ' && text.charAt(end) !== '\t') end++;
  return end;
}
