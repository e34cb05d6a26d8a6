import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { collectingLog } from '../../../test/world/log.ts';
import { VirtualTime } from '../../../test/world/virtual-time.ts';
import { GreylistDatabase } from './greylist-database.ts';
import { OpenGreylist } from './open-greylist.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BOUNDS = {
  greylist_delay: 300_000,
  greylist_retry_window: 2 * DAY,
  greylist_max_age: 35 * DAY,
  greylist_auto_whitelist_clients: 5,
  greylist_cache_limit: 1_000,
};

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'valija-greylist-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'greylist.db');
}

function triplet(i: number | string) {
  return { network: 'c0000200/24', address: `c0000201-${i}`, sender: `s${i}@example.org`, recipient: 'a@valija.test' };
}

test('[C35] who was seen is known again after a restart', async (t) => {
  const [file, time, log] = [place(t), new VirtualTime(), collectingLog()];
  {
    await using greylist = new OpenGreylist({ file, clock: time, log }, BOUNDS);
    assert.deepEqual(await greylist.look(triplet(1)), { kind: 'wait', seconds: 300 });
  }
  time.jump(301_000);
  await using greylist = new OpenGreylist({ file, clock: time, log }, BOUNDS);
  const answers = await Promise.all([greylist.look(triplet(1)), greylist.look(triplet(2))]);
  assert.deepEqual(answers, [{ kind: 'known' }, { kind: 'wait', seconds: 300 }]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(log.lines, []);
});

test('[C35] settings that change hold for the next try', async (t) => {
  await using greylist = new OpenGreylist({ file: place(t), clock: new VirtualTime(), log: collectingLog() }, BOUNDS);
  await greylist.look(triplet(1));
  greylist.bounds = { ...BOUNDS, greylist_delay: 0 };
  assert.deepEqual(await greylist.look(triplet(1)), { kind: 'known' });
});

test('no thread and no file where nobody greylists', async (t) => {
  const file = place(t);
  {
    await using _ = new OpenGreylist({ file, clock: new VirtualTime(), log: collectingLog() }, BOUNDS);
  }
  assert.equal(existsSync(file), false);
});

test('a flood of first tries drives out its own kind, and nobody who came again', (t) => {
  using database = new GreylistDatabase(place(t));
  database.look([triplet('known')], 0, BOUNDS);
  database.look([triplet('known')], HOUR, BOUNDS);
  for (let round = 0; round < 10; round++) {
    const tries = Array.from({ length: 1_000 }, (_, i) => triplet(`${round}-${i}`));
    database.look(tries, HOUR + 1 + round, BOUNDS);
    database.prune(BOUNDS, HOUR + 1 + round);
    assert.ok(database.size <= 1_000);
  }
  assert.deepEqual(database.look([triplet('known'), triplet('0-0')], 2 * HOUR, BOUNDS), [
    { kind: 'known' },
    { kind: 'wait', seconds: 300 },
  ]);
});

test('[C35] what is old goes: first tries after the window, the others after their age', (t) => {
  using database = new GreylistDatabase(place(t));
  database.look([triplet(1), triplet(2)], 0, BOUNDS);
  database.look([triplet(2)], HOUR, BOUNDS);
  database.prune(BOUNDS, 3 * DAY);
  assert.equal(database.size, 1);
  database.prune(BOUNDS, 40 * DAY);
  assert.equal(database.size, 0);
});

test('a broken file is set aside, one of a newer version too, and the server goes on', async (t) => {
  for (const spoil of [
    (file: string) => writeFileSync(file, 'x'.repeat(9_000)),
    (file: string) => {
      new GreylistDatabase(file)[Symbol.dispose]();
      const database = new DatabaseSync(file);
      database.exec('PRAGMA user_version = 99');
      database.close();
    },
  ]) {
    const file = place(t);
    const log = collectingLog();
    spoil(file);
    await using greylist = new OpenGreylist({ file, clock: new VirtualTime(), log }, BOUNDS);
    assert.deepEqual(await greylist.look(triplet(1)), { kind: 'wait', seconds: 300 });
    assert.match(log.text(), /was broken/);
    assert.ok(readdirSync(join(file, '..')).some((name) => name.includes('.broken-')));
  }
});

test('where nothing can be written first tries are kept in memory', async (t) => {
  const log = collectingLog();
  await using greylist = new OpenGreylist(
    { file: join(place(t), 'no-folder', 'greylist.db'), clock: new VirtualTime(), log },
    BOUNDS,
  );
  assert.deepEqual(await greylist.look(triplet(1)), { kind: 'wait', seconds: 300 });
  assert.match(log.text(), /first tries are kept in memory/);
});

test('thousands at once are answered, each its own', async (t) => {
  await using greylist = new OpenGreylist({ file: place(t), clock: new VirtualTime(), log: collectingLog() }, BOUNDS);
  const answers = await Promise.all(Array.from({ length: 5_000 }, (_, i) => greylist.look(triplet(i))));
  assert.ok(answers.every(({ kind }) => kind === 'wait'));
});

test('more than may wait are told so at once', async (t) => {
  await using greylist = new OpenGreylist({ file: place(t), clock: new VirtualTime(), log: collectingLog() }, BOUNDS);
  const tries = Array.from({ length: 12_000 }, (_, i) => greylist.look(triplet(i)).catch(() => 'refused'));
  const refused = (await Promise.all(tries)).filter((answer) => answer === 'refused').length;
  assert.equal(refused, 1_999, 'one is out already, ten thousand wait');
});
