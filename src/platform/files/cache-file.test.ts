import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { listOf, wholeNumber } from '#base/shape.ts';
import { until } from '../../../test/world/until.ts';
import { CacheFile } from './cache-file.ts';

function place(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-cache-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'numbers.json');
  const said: string[] = [];
  const open = (gatherMs: number) =>
    new CacheFile({ file, isContent: listOf(wholeNumber, 3), gatherMs, report: (text) => said.push(text) });
  return { folder, file, said, open };
}

test('what changed gathers, is written once and whole, and is there the next time', async (t) => {
  const { folder, file, open, said } = place(t);
  assert.equal(open(0).read(), undefined);
  {
    await using cache = open(600_000);
    let asked = 0;
    for (const number of [1, 2, 3]) {
      cache.change(() => {
        asked += 1;
        return [number];
      });
    }
    assert.equal(asked, 0);
    await cache[Symbol.asyncDispose]();
    assert.equal(asked, 1);
  }
  assert.deepEqual(open(0).read(), [3]);
  await using soon = open(1);
  soon.change(() => [4, 5]);
  await until('a write without a word', () => readFileSync(file, 'utf8') === '[4,5]');
  assert.deepEqual([readdirSync(folder), said], [['numbers.json'], []]);
});

test('a file that is none, or holds something else, is begun anew and told of; so is one that cannot be written', async (t) => {
  const { folder, file, open, said } = place(t);
  for (const damaged of ['', '{', '["a"]', '[1,2,3,4]', '\0\0']) {
    writeFileSync(file, damaged);
    assert.equal(open(0).read(), undefined);
  }
  assert.equal(said.splice(0).filter((text) => text.includes('is begun anew')).length, 5);
  rmSync(folder, { recursive: true });
  {
    await using cache = open(0);
    cache.change(() => [1]);
  }
  assert.match(said[0] ?? '', /was not written/);
});
