// A finding in words: why it is dangerous, what to do instead, and how to load it nevertheless.

import type { Danger, DangerFinding } from './danger.ts';
import { DANGERS_ENGLISH } from './dangers-english.ts';
import { DANGERS_SPANISH } from './dangers-spanish.ts';

const LANGUAGES = { en: DANGERS_ENGLISH, es: DANGERS_SPANISH } as const;
export type DangerLanguageName = keyof typeof LANGUAGES;

export function describeDanger({ danger, phrase, element }: DangerFinding, language: DangerLanguageName): string {
  const { phrases, instead, nevertheless } = LANGUAGES[language];
  const words = phrases[phrase];
  const text = `${words.why} ${instead} ${words.instead} ${nevertheless}`;
  return text.replaceAll('{element}', element).replaceAll('{danger}', danger);
}

export function nameDanger(danger: Danger, language: DangerLanguageName): string {
  return LANGUAGES[language].names[danger];
}
