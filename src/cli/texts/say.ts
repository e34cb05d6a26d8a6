// The texts of the command line, in the language of whoever reads them. A text is data: `{name}` is a gap.

import { en } from './en.ts';
import { es } from './es.ts';
import type { TextKey, Texts } from './text-key.ts';

export type Language = 'en' | 'es';
export const LANGUAGES: readonly Language[] = ['en', 'es'];

export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

const TEXTS: Readonly<Record<Language, Texts>> = { en, es };

export function openSay(language: Language): Say {
  return (key, values) => fillGaps(TEXTS[language][key], values);
}

export function fillGaps(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replace(/\{(\w+)\}/g, (gap, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : gap));
}

/** --lang, or what the locale says: LC_ALL, LC_MESSAGES, LANG, the first that is set. Texts are needed before options are parsed. */
export function findLanguage(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const at = argv.findLastIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const word = argv[at] ?? '';
  const given = word === '--lang' ? argv[at + 1] : word.slice('--lang='.length);
  const locale = given || environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return locale.toLowerCase().startsWith('es') ? 'es' : 'en';
}
