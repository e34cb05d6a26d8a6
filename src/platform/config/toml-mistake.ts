// What the TOML parser says is wrong, as a phrase that there is in every language.

import type { TomlError } from 'smol-toml';
import { type Mistake, mistake, mistakeInEnglish, type PlainPhrase } from '#base/mistakes/mistake.ts';

const PHRASES = [
  'toml-control-in-comment',
  'toml-control-in-string',
  'toml-unsafe-property',
  'toml-too-deep',
  'toml-line-end',
  'toml-comma',
  'toml-table-array-end',
  'toml-key-character',
  'toml-key-empty',
  'toml-leading-zero',
  'toml-key-multiline',
  'toml-underscore',
  'toml-key-incomplete',
  'toml-integer-lossy',
  'toml-date',
  'toml-date-part',
  'toml-time-part',
  'toml-escape-line-end',
  'toml-unicode-hex',
  'toml-unicode',
  'toml-value',
  'toml-redefined',
  'toml-table-redefined',
  'toml-key-end',
  'toml-array-unfinished',
  'toml-number-unfinished',
  'toml-string-unfinished',
  'toml-table-unfinished',
  'toml-escape-unknown',
  'toml-number-character',
] as const satisfies readonly PlainPhrase[];

/** The parser's own words are the English ones. */
const BY_WORDS: ReadonlyMap<string, Mistake> = new Map(
  PHRASES.map((phrase) => mistake(phrase)).map((wrong) => [mistakeInEnglish(wrong), wrong]),
);

/** Words that are not known stay as the parser has them. */
export function tomlMistake({ message }: TomlError): Mistake {
  const words = message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? '';
  return mistake('not-toml', { reason: BY_WORDS.get(words) ?? words });
}
