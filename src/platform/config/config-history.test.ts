import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { keepConfig, readConfigHistory } from './config-history.ts';

let state: string;
let folder: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'valija-history-'));
  folder = join(state, 'configurations');
});
afterEach(() => rmSync(state, { recursive: true }));

const entry = (text: string) => ({ loadedMs: 1_000, by: 'usuario1', how: 'apply', text });

test('each configuration is kept once, in order, for its owner only', () => {
  assert.deepEqual(
    ['a', 'b', 'b', 'a'].map((text) => keepConfig(folder, entry(text), 10)),
    [1, 2, 2, 3],
  );
  const texts = readConfigHistory(folder).map(({ number, text, by }) => [number, text, by]);
  assert.deepEqual(texts, [
    [1, 'a', 'usuario1'],
    [2, 'b', 'usuario1'],
    [3, 'a', 'usuario1'],
  ]);
  const [name = ''] = readdirSync(folder);
  assert.deepEqual([statSync(folder).mode & 0o777, statSync(join(folder, name)).mode & 0o777], [0o700, 0o600]);
});

test('config_history_limit: the oldest are forgotten, numbers go on', () => {
  for (let i = 1; i <= 10; i++) keepConfig(folder, entry(`text ${i}`), 3);
  assert.deepEqual(
    readConfigHistory(folder).map(({ number }) => number),
    [8, 9, 10],
  );
});

test('what is damaged is passed over, and is no obstacle', () => {
  keepConfig(folder, entry('a'), 10);
  writeFileSync(join(folder, '000002.json'), '{"text":');
  writeFileSync(join(folder, 'notes.txt'), 'x');
  assert.equal(keepConfig(folder, entry('a'), 10), 3);
  assert.deepEqual(
    readConfigHistory(folder).map(({ number }) => number),
    [1, 3],
  );
  assert.deepEqual(readConfigHistory(join(state, 'none')), []);
});
