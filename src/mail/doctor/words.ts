// A finding in the reader's language: what it is, and, where somebody should do something, why and what.

import type { DoctorFinding } from './finding.ts';
import type { FindingWords, Words } from './finding-words.ts';
import { WORDS_ENGLISH } from './words-english.ts';
import { WORDS_SPANISH } from './words-spanish.ts';

const WORDS = { en: WORDS_ENGLISH, es: WORDS_SPANISH } as const satisfies Readonly<Record<string, Words>>;

export function describeFinding(
  { rule, subject, values }: Pick<DoctorFinding, 'rule' | 'subject' | 'values'>,
  language: keyof typeof WORDS,
): FindingWords {
  const { what, why, fix }: FindingWords = WORDS[language][rule];
  const known: Readonly<Record<string, string | number>> = { ...values, subject };
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (gap, name: string) => (Object.hasOwn(known, name) ? String(known[name]) : gap));
  return {
    what: fill(what),
    ...(why !== undefined && { why: fill(why) }),
    ...(fix !== undefined && { fix: fill(fix) }),
  };
}
