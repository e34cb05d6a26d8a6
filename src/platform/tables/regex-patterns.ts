// `regexp:` and `pcre:` tables: `/pattern/flags result`. Both are matched by RE2, in a time that grows with the length of the
// key alone: no pattern, and nobody's mail, can hold up the server. regexp_table(5), pcre_table(5)

import { RE2JS } from 're2js';
import { err, ok, type Result } from '#base/result.ts';
import { messageOf } from '#base/thrown.ts';
import { trimBlanks } from '#mail/routing/aliases/quoted-text.ts';
import { type Match, type ParsedPattern, type PatternLanguage, takeNegation } from './pattern-file.ts';
import { translatePcre } from './pcre-syntax.ts';
import { translatePosix } from './posix-syntax.ts';
import type { RegexSource } from './regex-source.ts';
import { parseReplacement } from './replacement.ts';

type Translate = (pattern: string, flags: string) => Result<RegexSource, string>;

/** A pattern of more is no pattern; RE2 needs memory in proportion. */
const MOST_PATTERN_CHARS = 10_000;
const ADVICE =
  'look-around with groups, back-references, possessive and atomic groups and conditions cannot be matched in linear time';

export const posixPatterns: PatternLanguage<string> = regexLanguage(translatePosix);
export const pcrePatterns: PatternLanguage<string> = regexLanguage(translatePcre);

function regexLanguage(translate: Translate): PatternLanguage<string> {
  return {
    parseKey: (key) => key,
    parsePattern: (text) => parsePattern(text, translate),
    parseResult: parseReplacement,
  };
}

function parsePattern(text: string, translate: Translate): Result<ParsedPattern<string>, string> {
  const { isNegated, rest } = takeNegation(text);
  const delimiter = rest[0] ?? '';
  if (/^[A-Za-z0-9]?$/.test(delimiter)) return err(`"${text}" does not begin with a pattern: /pattern/flags result`);
  const end = findDelimiter(rest, delimiter);
  if (end === undefined) return err(`the closing "${delimiter}" of the pattern is missing`);
  const flags = /^\S*/.exec(rest.slice(end + 1))?.[0] ?? '';
  if (end > MOST_PATTERN_CHARS) return err(`the pattern has more than ${MOST_PATTERN_CHARS} characters`);
  const source = translate(rest.slice(1, end), flags);
  if (!source.ok) return source;
  const compiled = compile(source.value);
  if (!compiled.ok) return compiled;
  const groups = compiled.value.groupCount();
  const match = groups === 0 || isNegated ? matchOnly(compiled.value) : matchGroups(compiled.value, groups);
  return ok({ match, isNegated, groups, rest: trimBlanks(rest.slice(end + 1 + flags.length)) });
}

function findDelimiter(text: string, delimiter: string): number | undefined {
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === delimiter) return at;
  }
  return undefined;
}

function compile(source: RegexSource): Result<RE2JS, string> {
  let flags = RE2JS.LOOKBEHINDS;
  if (source.ignoresCase) flags |= RE2JS.CASE_INSENSITIVE;
  if (source.dotMatchesNewline) flags |= RE2JS.DOTALL;
  if (source.isMultiLine) flags |= RE2JS.MULTILINE;
  if (source.takesLongest) flags |= RE2JS.LONGEST_MATCH;
  try {
    return ok(RE2JS.compile(source.text, flags));
  } catch (error) {
    return err(`${messageOf(error)} (${ADVICE})`);
  }
}

const NOTHING_TAKEN: readonly string[] = [];

function matchOnly(regex: RE2JS): Match<string> {
  return (key) => (regex.test(key) ? NOTHING_TAKEN : undefined);
}

function matchGroups(regex: RE2JS, groups: number): Match<string> {
  return (key) => {
    const matcher = regex.matcher(key);
    if (!matcher.find()) return undefined;
    return Array.from({ length: groups + 1 }, (_, group) => matcher.group(group) ?? '');
  };
}
