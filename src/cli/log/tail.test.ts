import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTail } from './tail.ts';

function openLog(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-log-'));
  const path = join(folder, 'valija.log');
  writeFileSync(path, text);
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

async function gather(lines: AsyncIterable<string>): Promise<string[]> {
  const gathered: string[] = [];
  for await (const line of lines) gathered.push(line);
  return gathered;
}

test('the last lines are found from the end, however long the file and its lines are', async () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `${i} ${'ñ'.repeat(i % 97)}`);
  using log = openLog(`${lines.join('\n')}\n`);
  for (const count of [0, 1, 2, 777, 4_999, 5_000, 9_999]) {
    const told = await gather(readTail(log.path, count, false));
    assert.deepEqual(told, count === 0 ? [] : lines.slice(-count), String(count));
  }
});

test('an empty log, and a last line without its end', async () => {
  using empty = openLog('');
  assert.deepEqual(await gather(readTail(empty.path, 5, false)), []);
  using open = openLog('one\ntwo\nthr');
  assert.deepEqual(await gather(readTail(open.path, 2, false)), ['two']);
});

test('following goes on through growth, half lines, logrotate and truncation', async () => {
  using log = openLog('old\nlast\n');
  const lines = readTail(log.path, 1, true);
  const next = async () => (await lines.next()).value;
  assert.equal(await next(), 'last');
  appendFileSync(log.path, 'one\ntw');
  assert.equal(await next(), 'one');
  appendFileSync(log.path, 'o\n');
  assert.equal(await next(), 'two');
  renameSync(log.path, `${log.path}.1`);
  writeFileSync(log.path, 'after rotation\n');
  assert.equal(await next(), 'after rotation');
  appendFileSync(log.path, 'last words\n');
  renameSync(log.path, `${log.path}.2`);
  writeFileSync(log.path, 'first words\n');
  assert.deepEqual([await next(), await next()], ['last words', 'first words']);
  truncateSync(log.path);
  // Shorter than what was read before: whenever it is looked at, the cut is seen.
  appendFileSync(log.path, 'cut\n');
  assert.equal(await next(), 'cut');
  await lines.return(undefined);
});
