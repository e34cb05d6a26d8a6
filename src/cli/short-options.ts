// getopt: options of one letter, several of them in one word, with a value in the same word or in the next. What each letter
// means is the caller's.

import { err, ok, type Result } from '#base/result.ts';

export interface OptionLetters {
  readonly alone: string;
  readonly withValue: string;
  /** Those whose value may be left out. */
  readonly mayHaveValue: Readonly<Record<string, OptionalValue>>;
  /** Options may stand behind operands, as GNU's getopt has it; else they end at the first. */
  readonly behindOperands: boolean;
}

export interface OptionalValue {
  /** Where there is none. */
  readonly otherwise: string;
  /** The next word is the value, where it is no option. */
  readonly takesNext: boolean;
}

export interface ShortOption {
  readonly letter: string;
  /** Empty for letters without one. */
  readonly value: string;
}

export interface ShortOptions {
  readonly options: readonly ShortOption[];
  readonly operands: readonly string[];
}

export interface OptionMistake {
  readonly kind: 'unknown-option' | 'value-missing';
  readonly letter: string;
}

export function readShortOptions(argv: readonly string[], letters: OptionLetters): Result<ShortOptions, OptionMistake> {
  const options: ShortOption[] = [];
  const operands: string[] = [];
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') {
      at++;
      break;
    }
    if (isOption(word)) {
      const cluster = readCluster(word, argv[at + 1], letters);
      if (!cluster.ok) return cluster;
      options.push(...cluster.value.options);
      if (cluster.value.tookNext) at++;
    } else if (letters.behindOperands) operands.push(word);
    else break;
  }
  return ok({ options, operands: [...operands, ...argv.slice(at)] });
}

function isOption(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

interface Cluster {
  readonly options: readonly ShortOption[];
  readonly tookNext: boolean;
}

/** `-ti`, `-fusuario1`, `-f usuario1`, `-tfusuario1`. */
function readCluster(
  word: string,
  next: string | undefined,
  { alone, withValue, mayHaveValue }: OptionLetters,
): Result<Cluster, OptionMistake> {
  const options: ShortOption[] = [];
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    if (alone.includes(letter)) {
      options.push({ letter, value: '' });
      continue;
    }
    const optional = mayHaveValue[letter];
    if (optional === undefined && !withValue.includes(letter)) return err({ kind: 'unknown-option', letter });
    const attached = word.slice(i + 1);
    if (attached !== '') return ok({ options: [...options, { letter, value: attached }], tookNext: false });
    const tookNext = optional === undefined || (optional.takesNext && next !== undefined && !next.startsWith('-'));
    const value = tookNext ? next : optional.otherwise;
    if (value === undefined) return err({ kind: 'value-missing', letter });
    return ok({ options: [...options, { letter, value }], tookNext });
  }
  return ok({ options, tookNext: false });
}
