import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OptionLetters, readShortOptions } from './short-options.ts';

const LETTERS: OptionLetters = {
  alone: 'ti',
  withValue: 'fs',
  mayHaveValue: { q: { otherwise: '', takesNext: false }, u: { otherwise: '&', takesNext: true } },
  behindOperands: false,
};

function read(line: string, letters = LETTERS) {
  const parsed = readShortOptions(line === '' ? [] : line.split(' '), letters);
  if (!parsed.ok) return parsed.error;
  const { options, operands } = parsed.value;
  return [options.map(({ letter, value }) => `${letter}=${value}`).join(' '), operands.join(' ')];
}

test('letters in one word, values in it or behind it', () => {
  const table: Readonly<Record<string, readonly [options: string, operands: string]>> = {
    '': ['', ''],
    '-ti': ['t= i=', ''],
    '-fana': ['f=ana', ''],
    '-f ana': ['f=ana', ''],
    '-f -t': ['f=-t', ''],
    '-tif ana beto': ['t= i= f=ana', 'beto'],
    '-s t -t': ['s=t t=', ''],
    '-q': ['q=', ''],
    '-q ana': ['q=', 'ana'],
    '-q1h': ['q=1h', ''],
    '-u ana': ['u=ana', ''],
    '-u -t': ['u=& t=', ''],
    '-u': ['u=&', ''],
    '-t - -i': ['t=', '- -i'],
    '-t -- -i': ['t=', '-i'],
    'ana -t': ['', 'ana -t'],
  };
  for (const [line, expected] of Object.entries(table)) assert.deepEqual(read(line), expected, line);
});

test('options may stand behind operands where the caller says so', () => {
  const letters = { ...LETTERS, behindOperands: true };
  assert.deepEqual(read('ana -t beto -f x -- -i', letters), ['t= f=x', 'ana beto -i']);
});

test('what is wrong is said', () => {
  assert.deepEqual(read('-tz'), { kind: 'unknown-option', letter: 'z' });
  assert.deepEqual(read('-t -f'), { kind: 'value-missing', letter: 'f' });
  assert.deepEqual(read('--to=ana'), { kind: 'unknown-option', letter: '-' });
});
