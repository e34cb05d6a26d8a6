// What is wrong with something that was written, as a phrase and its facts, so that each reader hears of it in their own
// language. A fact may be words of the table, too.

import { MISTAKES_ENGLISH } from './mistakes-english.ts';
import { MISTAKES_SPANISH } from './mistakes-spanish.ts';

export type MistakePhrase = keyof typeof MISTAKES_ENGLISH;

const WORDS = { en: MISTAKES_ENGLISH, es: MISTAKES_SPANISH } as const satisfies Readonly<
  Record<string, Readonly<Record<MistakePhrase, string>>>
>;
export type MistakeLanguage = keyof typeof WORDS;

export type Fact = string | number | Mistake;

export interface Mistake {
  readonly phrase: MistakePhrase;
  readonly facts: Readonly<Record<string, Fact>>;
}

/** The names in braces of its English words. */
type GapsOf<Text> = Text extends `${string}{${infer Gap}}${infer Rest}` ? Gap | GapsOf<Rest> : never;
type FactsOf<Phrase extends MistakePhrase> = Readonly<Record<GapsOf<(typeof MISTAKES_ENGLISH)[Phrase]>, Fact>>;

/** Phrases that need no facts. */
export type PlainPhrase = {
  [Phrase in MistakePhrase]: GapsOf<(typeof MISTAKES_ENGLISH)[Phrase]> extends never ? Phrase : never;
}[MistakePhrase];

export function mistake<Phrase extends MistakePhrase>(
  phrase: Phrase,
  ...[facts]: Phrase extends PlainPhrase ? [] : [FactsOf<Phrase>]
): Mistake {
  return { phrase, facts: facts ?? {} };
}

export function describeMistake({ phrase, facts }: Mistake, language: MistakeLanguage): string {
  return WORDS[language][phrase].replace(/\{(\w+)\}/g, (gap, name: string) => {
    const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
    return fact === undefined ? gap : typeof fact === 'object' ? describeMistake(fact, language) : String(fact);
  });
}

/** Is it a key of the tables that needs no facts? */
export function isPlainPhrase(text: string): text is PlainPhrase {
  return Object.hasOwn(MISTAKES_ENGLISH, text) && !/\{\w+\}/.test(WORDS.en[text as MistakePhrase]);
}

/** For the log, and for whoever hands it on as a text. */
export function mistakeInEnglish(wrong: Mistake): string {
  return describeMistake(wrong, 'en');
}
