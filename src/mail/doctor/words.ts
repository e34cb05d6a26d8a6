// A finding in the reader's language: what it is, and, where somebody should do something, why and what.

import type { DoctorFinding, Rule } from './finding.ts';
import { WORDS_ENGLISH } from './words-english.ts';
import { WORDS_SPANISH } from './words-spanish.ts';

export interface FindingWords {
  readonly what: string;
  readonly why?: string;
  readonly fix?: string;
}

/** `{name}` is a gap for the finding's values, `{subject}` for what it is about. */
export type Words = Readonly<Record<Rule, FindingWords>>;

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
