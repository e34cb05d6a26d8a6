import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { JourneyEvent } from '#mail/journey/event.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { type Journeys, openJourneys } from './open-journeys.ts';

const CONNECTED: JourneyEvent = {
  kind: 'connected',
  profile: 'smtp',
  clientAddress: '192.0.2.1',
  clientPort: 40_000,
  serverPort: 25,
};
const ABANDONED: JourneyEvent = { kind: 'abandoned', reason: 'reset' };

function refused(subject: string): JourneyEvent {
  return { kind: 'judged', stage: 'sender', subject, outcome: 'reject', rule: 'r', reply: '5', facts: {} };
}

function received(messageId: string): JourneyEvent {
  return { kind: 'received', messageId, subject: undefined, from: undefined, sizeBytes: 1 };
}

function place(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-journeys-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, path: join(folder, 'journeys.db'), clock: fixedClock(), log: collectingLog() };
}

/** What is found of it: the kinds of the events of each story. */
async function kindsOf(journeys: Journeys, about: string): Promise<string[][]> {
  const { stories } = await journeys.find({ about, limit: 100 });
  return stories.map((events) => events.map(({ event }) => event.kind));
}

test('what was just recorded is found, by queue id, connection and Message-ID', async (t) => {
  const { path, clock, log } = place(t);
  await using journeys = openJourneys(path, clock, log);
  journeys.record('c1', CONNECTED);
  journeys.record('Q1', { kind: 'joined', key: 'c1' });
  journeys.record('Q1', received('<1@valija.test>'));
  const whole = [['connected', 'joined', 'received']];
  for (const id of ['Q1', 'c1', '<1@valija.test>', '1@valija.test']) {
    assert.deepEqual(await kindsOf(journeys, id), whole, id);
  }
  assert.deepEqual(await kindsOf(journeys, 'nobody'), []);
  assert.deepEqual(await kindsOf(journeys, "' OR 1=1 --"), []);
});

test('a batch of many stories is written in slices, all of it and in its order', async (t) => {
  const { path, clock, log } = place(t);
  await using journeys = openJourneys(path, clock, log);
  for (let i = 0; i < 200; i++) {
    journeys.record(`c${i}`, CONNECTED);
    journeys.record(`Q${i}`, { kind: 'joined', key: `c${i}` });
  }
  await journeys.flush();
  for (const i of [0, 31, 32, 63, 64, 199])
    assert.deepEqual(await kindsOf(journeys, `Q${i}`), [['connected', 'joined']]);
  assert.deepEqual(log.lines, []);
});

test('nobody else may read who wrote to whom', async (t) => {
  const { folder, path, clock, log } = place(t);
  await using journeys = openJourneys(path, clock, log);
  journeys.record('Q1', ABANDONED);
  await journeys.flush();
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name);
});

test('events written in several batches are one journey, also after a new start', async (t) => {
  const { path, clock, log } = place(t);
  {
    await using journeys = openJourneys(path, clock, log);
    journeys.record('Q1', { kind: 'joined', key: 'c1' });
    await journeys.flush();
    journeys.record('Q1', received('<1@valija.test>'));
  }
  await using journeys = openJourneys(path, clock, log);
  journeys.record('Q1', ABANDONED);
  assert.deepEqual(await kindsOf(journeys, '1@valija.test'), [['joined', 'received', 'abandoned']]);
});

test('one connection, two messages and a refusal: three stories, each with its own part', async (t) => {
  const { path, clock, log } = place(t);
  await using journeys = openJourneys(path, clock, log);
  journeys.record('c1', CONNECTED);
  for (const key of ['Q1', 'Q2']) {
    clock.advance(1_000);
    journeys.record(key, { kind: 'joined', key: 'c1' });
    journeys.record('c1', refused('<x@example.com>'));
  }
  assert.deepEqual(await kindsOf(journeys, 'c1'), [
    ['connected', 'judged', 'judged'],
    ['connected', 'joined'],
    ['connected', 'joined'],
  ]);
});

test('a connection id that was given once before does not lend its events', async (t) => {
  const { path, clock, log } = place(t);
  await using journeys = openJourneys(path, clock, log);
  journeys.record('c1', CONNECTED);
  journeys.record('c1', { kind: 'greeted', helo: 'old.example', extended: true });
  await journeys.flush();
  journeys.record('c1', CONNECTED);
  journeys.record('Q1', { kind: 'joined', key: 'c1' });
  assert.deepEqual(await kindsOf(journeys, 'Q1'), [['connected', 'joined']]);
});

test('stories that are too old go, the oldest first, and so do their marks', async (t) => {
  const { path, clock, log } = place(t);
  {
    await using journeys = openJourneys(path, clock, log);
    for (let i = 0; i < 20; i++) journeys.record(`Q${i}`, refused('<ana@example.org>'));
    await journeys.flush();
    clock.advance(3_600_000);
    // Of the same stories, and of new ones.
    for (let i = 18; i < 40; i++) journeys.record(`Q${i}`, ABANDONED);
  }
  await using journeys = openJourneys(path, clock, log, { maxAgeMs: 1_800_000 });
  journeys.record('new', ABANDONED);
  await journeys.flush();
  const found = await Promise.all(Array.from({ length: 40 }, (_, i) => kindsOf(journeys, `Q${i}`)));
  assert.deepEqual(
    found.flatMap((stories, i) => (stories.length > 0 ? [i] : [])),
    Array.from({ length: 20 }, (_, i) => i + 20),
  );
  using database = new DatabaseSync(path);
  const marks = database.prepare('SELECT mark FROM marks WHERE story NOT IN (SELECT id FROM pieces)').all();
  assert.deepEqual(marks, []);
});

test('a server that writes little takes old stories away, too, once an hour', async (t) => {
  const { path, clock, log } = place(t);
  await using journeys = openJourneys(path, clock, log, { maxAgeMs: 3_600_000 });
  for (const key of ['Q1', 'Q2', 'Q3']) {
    journeys.record(key, ABANDONED);
    await journeys.flush();
    clock.advance(3_600_001);
  }
  // The last search waits for what was begun before it.
  assert.deepEqual([await kindsOf(journeys, 'Q3'), await kindsOf(journeys, 'Q1')], [[['abandoned']], []]);
});

test('a broken file is set aside and reported; the server goes on', async (t) => {
  const { folder, path, clock, log } = place(t);
  writeFileSync(path, 'this is no database, however one looks at it\n'.repeat(100));
  await using journeys = openJourneys(path, clock, log);
  journeys.record('Q1', ABANDONED);
  assert.deepEqual(await kindsOf(journeys, 'Q1'), [['abandoned']]);
  assert.ok(readdirSync(folder).some((name) => name.startsWith('journeys.db.broken-')));
  assert.match(log.text(), /warn journeys: .*journeys\.db was broken .* is kept as/);
});

test('where no file can be written, this run is kept in memory', async (t) => {
  const { path, clock, log } = place(t);
  mkdirSync(path);
  await using journeys = openJourneys(path, clock, log);
  journeys.record('Q1', ABANDONED);
  assert.deepEqual(await kindsOf(journeys, 'Q1'), [['abandoned']]);
  assert.match(log.text(), /kept in memory/);
});

test('events beyond the limit are counted and dropped, and the log says so', async (t) => {
  const { path, clock, log } = place(t);
  await using journeys = openJourneys(path, clock, log, { maxWaitingEvents: 10 });
  for (let i = 0; i < 15; i++) journeys.record('Q1', ABANDONED);
  assert.equal((await kindsOf(journeys, 'Q1'))[0]?.length, 10);
  assert.match(log.text(), /5 events could not be kept/);
});
