// The text of `dovecot-keywords`: one line a letter, `0 $Forwarded` for a, `1 Important` for b … A letter without a line
// keeps its place, so that no message changes its keywords when one is dropped.

import { KEYWORDS_PER_MAILBOX } from '#mail/mailboxes/flags.ts';

/** Index k is the keyword of letter a + k. Lines that say nothing sensible are passed over. */
export function parseKeywordsFile(text: string): string[] {
  const keywords: string[] = [];
  for (const line of text.split('\n')) {
    const [, digits, name] = /^(\d{1,2}) (\S.*)$/.exec(line) ?? [];
    const k = Number(digits);
    if (digits === undefined || name === undefined || k >= KEYWORDS_PER_MAILBOX) continue;
    while (keywords.length <= k) keywords.push(unnamedKeyword(keywords.length));
    keywords[k] = name;
  }
  return keywords;
}

export function formatKeywordsFile(keywords: readonly string[]): string {
  return keywords.map((name, k) => (name === unnamedKeyword(k) ? '' : `${k} ${name}\n`)).join('');
}

/** Dovecot's word for a letter that files bear and the file does not name. */
export function unnamedKeyword(k: number): string {
  return `unknown-${k}`;
}
