// getopt, with Postfix's list of letters, and its one exception: `-q` alone takes no value.

import { err, ok, type Result } from '#base/result.ts';
import type { Remark } from './remark.ts';

export interface Option {
  readonly letter: string;
  /** Empty for letters without one. */
  readonly value: string;
}

export interface ReadOptions {
  readonly options: readonly Option[];
  readonly operands: readonly string[];
}

const WITH_VALUE = 'ABCFLNORVXbfhopqr';
const ALONE = 'GIUceimntvx';

export function readOptions(argv: readonly string[]): Result<ReadOptions, Remark> {
  const options: Option[] = [];
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') {
      at++;
      break;
    }
    if (!word.startsWith('-') || word === '-') break;
    if (word === '-q') {
      options.push({ letter: 'q', value: '' });
      continue;
    }
    const read = readCluster(word, argv[at + 1]);
    if (!read.ok) return read;
    options.push(...read.value.options);
    if (read.value.tookNext) at++;
  }
  return ok({ options, operands: argv.slice(at) });
}

/** `-ti`, `-fusuario1`, `-f usuario1`, `-tfusuario1`. */
function readCluster(
  word: string,
  next: string | undefined,
): Result<{ readonly options: readonly Option[]; readonly tookNext: boolean }, Remark> {
  const options: Option[] = [];
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    if (ALONE.includes(letter)) {
      options.push({ letter, value: '' });
      continue;
    }
    if (!WITH_VALUE.includes(letter)) return err({ key: 'sendmail.unknown-option', values: { option: `-${letter}` } });
    const attached = word.slice(i + 1);
    if (attached === '' && next === undefined) {
      return err({ key: 'sendmail.value-missing', values: { option: `-${letter}` } });
    }
    options.push({ letter, value: attached === '' ? (next ?? '') : attached });
    return ok({ options, tookNext: attached === '' });
  }
  return ok({ options, tookNext: false });
}
