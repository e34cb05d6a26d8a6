// Files of patterns, first match wins: `regexp:`, `pcre:` and `cidr:` differ in what a pattern is; negation, `if … endif` and
// the form of a line are common to them. A line that cannot be used refuses the file: a rule that is left out silently
// lets in what it should keep out. regexp_table(5), pcre_table(5), cidr_table(5).

import { err, ok, type Result } from '#base/result.ts';
import { isBlank, trimBlanks } from '#mail/routing/aliases/quoted-text.ts';
import { forEachInTurns } from './in-turns.ts';
import { type Complain, type LogicalLine, logicalLines } from './logical-lines.ts';
import type { Lookup } from './lookup.ts';

/** What a pattern took of the key: `$1` is at 1. `undefined`: it does not match. */
export type Match<Key> = (key: Key) => readonly string[] | undefined;

export interface ParsedPattern<Key> {
  readonly match: Match<Key>;
  readonly isNegated: boolean;
  /** How many parts `$1`, `$2` … can name. */
  readonly groups: number;
  /** Behind the pattern, without blanks around. */
  readonly rest: string;
}

export interface PatternLanguage<Key> {
  /** `undefined`: such a key matches no pattern, not even a negated one. */
  readonly parseKey: (key: string) => Key | undefined;
  readonly parsePattern: (text: string) => Result<ParsedPattern<Key>, string>;
  readonly parseResult: (text: string, pattern: ParsedPattern<Key>) => Result<MakeResult, string>;
}

export type MakeResult = (taken: readonly string[]) => string;

/** A pattern with its result, or `if` with the rules up to its `endif`. */
interface Rule<Key> {
  readonly match: Match<Key>;
  readonly outcome: MakeResult | readonly Rule<Key>[];
}

interface ParsedLine<Key> {
  readonly match: Match<Key>;
  /** `undefined`: it opens a block. */
  readonly result: MakeResult | undefined;
}

const DEEPEST_NESTING = 100;

/** Throws an Error with file and line. */
export async function parsePatternFile<Key>(
  text: string,
  file: string,
  language: PatternLanguage<Key>,
): Promise<Lookup> {
  const refuse = (line: number, complaint: string): never => {
    throw new Error(`${file}:${line}: ${complaint.replace('; ignored', '')}`);
  };
  const rules = new RuleFile(language, refuse);
  await forEachInTurns(logicalLines(text, refuse), (line) => rules.add(line));
  const outermost = rules.finish();
  return {
    find: (written) => {
      const key = language.parseKey(written);
      return key === undefined ? undefined : findRule(outermost, key);
    },
  };
}

class RuleFile<Key> {
  readonly #language: PatternLanguage<Key>;
  readonly #refuse: Complain;
  readonly #outermost: Rule<Key>[] = [];
  /** The blocks that are open, innermost last. */
  readonly #blocks: { readonly line: number; readonly rules: Rule<Key>[] }[] = [];

  constructor(language: PatternLanguage<Key>, refuse: Complain) {
    this.#language = language;
    this.#refuse = refuse;
  }

  add({ line, text }: LogicalLine): void {
    const parsed = parseLine(text, this.#language);
    if (!parsed.ok) this.#refuse(line, parsed.error);
    else if (parsed.value === 'endif') {
      if (this.#blocks.pop() === undefined) this.#refuse(line, 'endif without if');
    } else this.#addRule(line, parsed.value);
  }

  finish(): readonly Rule<Key>[] {
    const unclosed = this.#blocks.at(-1);
    if (unclosed !== undefined) this.#refuse(unclosed.line, 'if without endif');
    return this.#outermost;
  }

  #addRule(line: number, { match, result }: ParsedLine<Key>): void {
    const rules: Rule<Key>[] = [];
    (this.#blocks.at(-1)?.rules ?? this.#outermost).push({ match, outcome: result ?? rules });
    if (result !== undefined) return;
    if (this.#blocks.length === DEEPEST_NESTING) this.#refuse(line, `if within if, more than ${DEEPEST_NESTING} deep`);
    this.#blocks.push({ line, rules });
  }
}

function findRule<Key>(rules: readonly Rule<Key>[], key: Key): string | undefined {
  for (const { match, outcome } of rules) {
    const taken = match(key);
    if (taken === undefined) continue;
    const found = typeof outcome === 'function' ? outcome(taken) : findRule(outcome, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function parseLine<Key>(text: string, language: PatternLanguage<Key>): Result<ParsedLine<Key> | 'endif', string> {
  const word = /^(?:if|endif)(?![A-Za-z0-9])/i.exec(text)?.[0].toLowerCase();
  if (word === 'endif') return text.length === word.length ? ok('endif') : err('there is something behind endif');
  const isIf = word === 'if';
  const pattern = language.parsePattern(isIf ? trimBlanks(text.slice(2)) : text);
  if (!pattern.ok) return pattern;
  const { isNegated, rest } = pattern.value;
  const match = isNegated ? negate(pattern.value.match) : pattern.value.match;
  if (isIf) return rest === '' ? ok({ match, result: undefined }) : err(`there is something behind if: "${rest}"`);
  if (rest === '') return err('there is no result behind the pattern');
  const result = language.parseResult(rest, pattern.value);
  return result.ok ? ok({ match, result: result.value }) : result;
}

function negate<Key>(match: Match<Key>): Match<Key> {
  return (key) => (match(key) === undefined ? [] : undefined);
}

/** `!` before a pattern, any number of times. */
export function takeNegation(text: string): { isNegated: boolean; rest: string } {
  let at = 0;
  let isNegated = false;
  for (; text[at] === '!' || isBlank(text, at); at++) if (text[at] === '!') isNegated = !isNegated;
  return { isNegated, rest: text.slice(at) };
}
