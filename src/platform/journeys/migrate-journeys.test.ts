import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { JourneyEvent } from '#mail/journey/event.ts';
import { JourneyDatabase } from './journey-database.ts';
import { migrateJourneys } from './migrate-journeys.ts';

const DAY_MS = 86_400_000;

/** As version 1 wrote it. */
const FORMER_SCHEMA = `
  CREATE TABLE journeys (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    connection TEXT,
    message_id TEXT,
    events TEXT NOT NULL
  ) STRICT;
  CREATE INDEX journeys_by_key ON journeys (key);
  CREATE INDEX journeys_by_connection ON journeys (connection) WHERE connection IS NOT NULL;
  CREATE INDEX journeys_by_message_id ON journeys (message_id) WHERE message_id IS NOT NULL;
  PRAGMA user_version = 1;
`;

function openFormer(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-former-journeys-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'journeys.db');
  const database = new DatabaseSync(path);
  database.exec(FORMER_SCHEMA);
  const insert = database.prepare('INSERT INTO journeys (key, at_ms, events) VALUES (?, ?, ?)');
  const write = (key: string, atMs: number, ...events: object[]) =>
    insert.run(key, atMs, JSON.stringify(events.map((event) => ({ atMs, event }))));
  return { path, database, write };
}

const connected = (clientAddress: string): JourneyEvent => ({
  ...{ kind: 'connected', profile: 'smtp', clientPort: 4_000, serverPort: 25 },
  clientAddress,
});

test('what version 1 kept is found as what was written since, by client, sender and time', (t) => {
  const { path, database, write } = openFormer(t);
  const sender = { kind: 'judged', stage: 'sender', subject: '<ana@example.org>', outcome: 'permit' };
  // Connections were counted anew in each life of the server.
  write('c1', 0, connected('192.0.2.1'));
  write('Q1', 0, { kind: 'joined', key: 'c1' }, { ...sender, rule: 'permit', reply: '250 Ok', facts: {} });
  write('c1', DAY_MS, connected('192.0.2.2'));
  write('Q2', DAY_MS, { kind: 'joined', key: 'c1' });
  write('Q1', 2 * DAY_MS, { kind: 'abandoned', reason: 'reset' });
  database.close();
  migrateJourneys(path);

  using migrated = new JourneyDatabase(path);
  const kindsOf = (search: object) =>
    migrated.find({ ...search, limit: 9 }).stories.map((story) => story.map(({ event }) => event.kind));
  const whole = [['connected', 'joined', 'judged', 'abandoned']];
  for (const search of [
    { about: 'Q1' },
    { client: '192.0.2.1' },
    { from: 'ana@example.org' },
    { untilMs: 1, client: '192.0.2.1' },
  ]) {
    assert.deepEqual(kindsOf(search), whole, JSON.stringify(search));
  }
  assert.deepEqual(kindsOf({ client: '192.0.2.2' }), [['connected', 'joined']]);
});

test('nothing happens to a file that is missing, or of this version already', (t) => {
  const { path, database } = openFormer(t);
  database.close();
  migrateJourneys(`${path}.none`);
  assert.ok(!existsSync(`${path}.none`));
  migrateJourneys(path);
  migrateJourneys(path);
  assert.deepEqual(new JourneyDatabase(path).find({ about: 'Q1', limit: 1 }).stories, []);
});
