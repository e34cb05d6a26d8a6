import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { JourneyEvent } from '#mail/journey/event.ts';
import type { StorySearch } from '#mail/journey/story-search.ts';
import { type JourneyBounds, JourneyDatabase } from './journey-database.ts';
import { makeJourneyPiece } from './journey-piece.ts';
import { readJourneys } from './read-journeys.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 10, 1);
const BOUNDS: JourneyBounds = { maxAgeMs: 30 * DAY_MS, maxBytes: 1_000_000_000 };

function openDatabase(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-journey-database-'));
  const path = join(folder, 'journeys.db');
  const database = new JourneyDatabase(path);
  t.after(() => {
    // A test may have closed it.
    if (database.isOpen) database[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });
  const write = (key: string, atMs: number, ...events: JourneyEvent[]) =>
    database.write([
      makeJourneyPiece(
        key,
        events.map((event) => ({ key, atMs, event })),
      ),
    ]);
  const keys = (search: Partial<StorySearch>) =>
    database.find({ limit: 20, ...search }).stories.map((story) => story.at(-1)?.key);
  return { path, database, write, keys };
}

const connected = (clientAddress: string): JourneyEvent => ({
  ...{ kind: 'connected', profile: 'smtp', clientPort: 4_000, serverPort: 25 },
  clientAddress,
});
const joined = (key: string, clientAddress: string): JourneyEvent => ({ kind: 'joined', key, clientAddress });
const judged = (
  stage: 'sender' | 'recipient',
  address: string,
  outcome: 'permit' | 'reject' = 'permit',
): JourneyEvent => ({ kind: 'judged', stage, subject: `<${address}>`, outcome, rule: 'r', reply: '2', facts: {} });
const filed = (account: string): JourneyEvent => ({
  ...{ kind: 'filed', recipient: 'todos@valija.test', account, mailbox: 'INBOX' },
  ...{ uid: 1, delayMs: 1 },
});

/** An accepted message, a refused sender, a failed login at IMAP, a connection that brought nothing, one posted here. */
function fill(t: TestContext) {
  const world = openDatabase(t);
  const { write } = world;
  write('c1', START_MS, connected('192.0.2.1'));
  write(
    'Q1',
    START_MS,
    joined('c1', '192.0.2.1'),
    judged('sender', 'Ana@Example.org'),
    judged('recipient', 'todos@valija.test'),
  );
  write('Q1', START_MS, { kind: 'received', messageId: '<1@example.org>', subject: 'x', from: 'y', sizeBytes: 1 });
  write('Q1', START_MS, { kind: 'committed', durationMs: 1 }, filed('usuario2@valija.test'));
  write('c2', START_MS + DAY_MS, connected('2001:db8::1'), judged('sender', 'bea@example.org', 'reject'));
  write('c3', START_MS + 2 * DAY_MS, {
    ...{ kind: 'authentication-failed', login: 'Usuario1@valija.test', mechanism: 'PLAIN' },
    ...{ reason: 'wrong-password', service: 'imap', clientAddress: '192.0.2.7' },
  });
  write('c4', START_MS + 3 * DAY_MS, connected('192.0.2.1'));
  write(
    'Q2',
    START_MS + 4 * DAY_MS,
    { kind: 'posted', user: 'usuario1', sender: '' },
    judged('recipient', 'ana@example.org'),
  );
  return world;
}

test('stories are found by what they are about: ids, addresses in any role, domains, clients, logins', (t) => {
  const { keys } = fill(t);
  for (const [about, found] of [
    ['Q1', ['Q1']],
    ['c1', ['Q1']],
    ['<1@example.org>', ['Q1']],
    ['ana@example.org', ['Q1', 'Q2']],
    ['example.org', ['Q1', 'c2', 'Q2']],
    ['@EXAMPLE.ORG', ['Q1', 'c2', 'Q2']],
    ['usuario2@valija.test', ['Q1']],
    ['usuario1@valija.test', ['c3']],
    ['192.0.2.1', ['Q1', 'c4']],
    ['2001:DB8:0::1', ['c2']],
    ['192.0.2.7', ['c3']],
    ['nobody@example.org', []],
  ] as const) {
    assert.deepEqual(keys({ about }), found, about);
  }
});

test('sender, recipient, client and time are all to be met', (t) => {
  const { keys } = fill(t);
  for (const [search, found] of [
    [{ from: 'ana@example.org' }, ['Q1']],
    [{ from: 'example.org' }, ['Q1', 'c2']],
    [{ from: '<>' }, ['Q2']],
    [{ from: 'example.org', to: 'valija.test' }, ['Q1']],
    [{ from: 'example.org', client: '2001:db8::1' }, ['c2']],
    [{ from: 'example.org', to: 'example.org' }, []],
    [{ about: 'ana@example.org', from: '<>' }, ['Q2']],
    [{ sinceMs: START_MS + DAY_MS, untilMs: START_MS + 3 * DAY_MS }, ['c2', 'c3', 'c4']],
    [{ from: 'example.org', sinceMs: START_MS + 1 }, ['c2']],
    [{ client: 'no address' }, []],
  ] as const) {
    assert.deepEqual(keys(search), found, JSON.stringify(search));
  }
});

test('the newest are told, and that there are older ones', (t) => {
  const { database } = fill(t);
  const { stories, hasMore } = database.find({ from: 'example.org', limit: 1 });
  assert.deepEqual([stories.map((story) => story.at(-1)?.key), hasMore], [['c2'], true]);
});

test('where nothing was found in that time, the last before it is, and how far back the archive goes', (t) => {
  const { database } = fill(t);
  const found = database.find({ from: 'ana@example.org', sinceMs: START_MS + DAY_MS, limit: 5 });
  assert.deepEqual(found.stories, []);
  assert.deepEqual([found.earlier?.at(-1)?.key, found.oldestMs], ['Q1', START_MS]);
  assert.equal(database.find({ from: 'nobody@example.org', sinceMs: START_MS, limit: 5 }).earlier, undefined);
});

test('what a stopped server left is found without it', (t) => {
  const { path, database } = fill(t);
  const search = { about: 'ana@example.org', limit: 5 };
  const found = database.find(search);
  // Beside the write-ahead log, and without one.
  assert.deepEqual(readJourneys(path, search), found);
  database[Symbol.dispose]();
  assert.deepEqual(readJourneys(path, search), found);
});

test('a notice leads to the message that it is about, and that to its notices', (t) => {
  const { database, write } = fill(t);
  write('Q1', START_MS + 1, { kind: 'notified', about: 'failed', to: 'ana@example.org', queueId: 'Q2' });
  const related = (about: string) => database.find({ about, limit: 5 }).related.map((story) => story.at(-1)?.key);
  assert.deepEqual(related('Q1'), ['Q2']);
  assert.deepEqual(related('Q2'), ['Q1']);
});

test('what is remembered of a story is forgotten with it, and with a batch that was taken back', (t) => {
  const { database, write, keys } = openDatabase(t);
  const broken = { ...makeJourneyPiece('Q9', []), events: Symbol('no text') as unknown as string };
  const good = makeJourneyPiece('Q1', [{ key: 'Q1', atMs: START_MS, event: filed('usuario1@valija.test') }]);
  assert.throws(() => database.write([good, broken]));
  write('Q1', START_MS, filed('usuario1@valija.test'));
  assert.deepEqual(keys({ about: 'usuario1@valija.test' }), ['Q1']);
  while (database.prune({ ...BOUNDS, maxAgeMs: 0 }, START_MS + 1));
  assert.deepEqual(keys({ about: 'Q1' }), []);
  write('Q1', START_MS + 2, filed('usuario1@valija.test'));
  write('Q1', START_MS + 3, filed('usuario2@valija.test'));
  for (const about of ['Q1', 'usuario1@valija.test', 'usuario2@valija.test', 'valija.test']) {
    assert.deepEqual(keys({ about }), ['Q1'], about);
  }
});

test('more stories at once than are remembered, each in two pieces', (t) => {
  const { database, keys } = openDatabase(t);
  const pieces = (event: JourneyEvent) =>
    Array.from({ length: 10_000 }, (_, i) => makeJourneyPiece(`Q${i}`, [{ key: `Q${i}`, atMs: START_MS, event }]));
  database.write(pieces({ kind: 'posted', user: 'usuario1', sender: 'ana@example.org' }));
  database.write(pieces(filed('usuario2@valija.test')));
  for (const about of ['Q0', 'Q9999']) assert.deepEqual(keys({ about }), [about]);
  const { stories } = database.find({ about: 'usuario2@valija.test', from: 'ana@example.org', limit: 1_000 });
  assert.equal(stories.length, 1_000);
  assert.deepEqual(new Set(stories.map(({ length }) => length)), new Set([2]));
});

test('a file that is too large loses its oldest stories, slice by slice, and their room is used again', (t) => {
  const { path, database, keys } = openDatabase(t);
  const bounds = { ...BOUNDS, maxBytes: 3_000_000 };
  for (let at = 0; at < 12_000; at += 1_000) {
    const batch = Array.from({ length: 1_000 }, (_, i) => {
      const key = `Q${at + i}`;
      const events = [{ key, atMs: START_MS, event: { kind: 'abandoned', reason: 'x'.repeat(800) } as const }];
      return makeJourneyPiece(key, events);
    });
    database.write(batch);
    let slices = 0;
    while (database.prune(bounds, START_MS)) slices++;
    assert.ok(slices < 5, `${slices} slices`);
  }
  assert.deepEqual([keys({ about: 'Q0' }), keys({ about: 'Q11999' })], [[], ['Q11999']]);
  assert.ok(statSync(path).size < 6_000_000, `${statSync(path).size} octets`);
});

test('100,000 journeys are searched by their indexes alone', (t) => {
  const { database } = openDatabase(t);
  const many = 100_000;
  for (let at = 0; at < many; at += 5_000) {
    database.write(Array.from({ length: 5_000 }, (_, i) => generatedPiece(at + i)));
  }
  for (const search of [
    { about: 'Q99999' },
    { about: '<50003@d3.example>' },
    { about: 'u123@d3.example' },
    { about: 'valija.test' },
    { client: '192.0.2.9' },
    { from: 'd7.example', to: 'usuario7@valija.test' },
    { from: 'd7.example', to: 'usuario8@valija.test', client: '192.0.2.9' },
    { from: 'd1.example', client: '192.0.2.2' },
    { from: 'nobody@nowhere.example' },
    { sinceMs: START_MS + 50_000_000, untilMs: START_MS + 60_000_000 },
  ]) {
    const begunMs = performance.now();
    const { stories } = database.find({ ...search, limit: 20 });
    const tookMs = (performance.now() - begunMs).toFixed(1);
    t.diagnostic(`${JSON.stringify(search)}: ${stories.length} found in ${tookMs} ms`);
    for (const step of database.explain(search)) assert.match(step, /^SEARCH /, JSON.stringify(search));
  }
});

/** Ten domains of many senders, two hundred recipients, fifty clients. */
function generatedPiece(number: number) {
  const key = `Q${number}`;
  const from = `u${number % 1_000}@d${number % 10}.example`;
  const to = `usuario${Math.floor(number / 3) % 200}@valija.test`;
  const events: JourneyEvent[] = [
    joined(`c${number}`, `192.0.2.${number % 50}`),
    judged('sender', from),
    judged('recipient', to),
    { kind: 'received', messageId: `<${number}@d${number % 10}.example>`, subject: 'Hola', from, sizeBytes: 4_000 },
    { kind: 'committed', durationMs: 2 },
  ];
  return makeJourneyPiece(
    key,
    events.map((event) => ({ key, atMs: START_MS + number * 1_000, event })),
  );
}
