import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { queueStoreContract } from '#mail/ports/queue-store.contract.ts';
import type { QueueStore } from '#mail/ports/queue-store.ts';
import { untried } from '#mail/queue/recipient-progress.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { MemoryQueueStore } from '../../../test/world/memory-queue-store.ts';
import { queued } from '../../../test/world/queue-house.ts';
import type { LinkableContent } from './octet-files.ts';
import { openQueueStore } from './open-queue-store.ts';

const NOW = Date.UTC(2026, 10, 21, 10);
const root = mkdtempSync(join(tmpdir(), 'valija-queue-'));
after(() => rmSync(root, { recursive: true }));

let folders = 0;
function newPlaces() {
  const folder = join(root, String(++folders), 'queue');
  return { database: join(root, `${folders}.db`), folder };
}

queueStoreContract('SQLite', () => openQueueStore(newPlaces(), NOW, collectingLog()));
queueStoreContract('memory', async () => new MemoryQueueStore());

async function keep(store: QueueStore, octets = 'octets'): Promise<ReturnType<typeof queued>> {
  const message = queued(['bea@example.org']);
  const { recipients, ...envelope } = message;
  const tracked = recipients.map((recipient, number) => untried(recipient, number, NOW));
  await store.keep({ ...envelope, sizeBytes: octets.length }, tracked, memoryContent(Buffer.from(octets)));
  return message;
}

test('what is kept is there after a restart, and its id is the newest known', async () => {
  const places = newPlaces();
  let message: ReturnType<typeof queued>;
  {
    await using store = await openQueueStore(places, NOW, collectingLog());
    message = await keep(store);
  }
  await using store = await openQueueStore(places, NOW, collectingLog());
  assert.equal(store.newestId, message.queueId);
  assert.equal((await store.load(message.queueId))?.recipients.length, 1);
});

test('nobody else can read who writes to whom, also in what an earlier server made', async () => {
  const places = newPlaces();
  writeFileSync(places.database, '', { mode: 0o644 });
  await using store = await openQueueStore(places, NOW, collectingLog());
  await keep(store);
  const files = readdirSync(root).filter((name) => name.startsWith(`${folders}.db`));
  assert.deepEqual(
    files.map((name) => statSync(join(root, name)).mode & 0o777),
    files.map(() => 0o600),
  );
});

test('many callers share a commit, and a failing order fails alone', async () => {
  await using store = await openQueueStore(newPlaces(), NOW, collectingLog());
  const messages = await Promise.all(Array.from({ length: 300 }, () => keep(store)));
  assert.equal((await store.count()).messages, 300);
  await Promise.all(messages.map(({ queueId }) => store.record(queueId, [{ number: 0, progress: done }], NOW)));
  assert.deepEqual(await store.count(), { messages: 0, held: 0, recipients: 0 });
});

const done = {
  state: { phase: 'done' },
  attempts: 1,
  firstAttemptMs: NOW,
  lastAttemptMs: NOW,
  outcome: undefined,
} as const;

test('a file of its own is linked, and stays when the other name goes', async () => {
  const places = newPlaces();
  await using store = await openQueueStore(places, NOW, collectingLog());
  const path = join(root, 'linked');
  writeFileSync(path, 'linked octets');
  const content: LinkableContent = { ...memoryContent(Buffer.from('linked octets')), path };
  const { recipients, ...envelope } = queued(['bea@example.org']);
  await store.keep(envelope, [untried(recipients[0]!, 0, NOW)], content);
  rmSync(path);
  assert.equal(readFileSync(join(places.folder, envelope.queueId), 'utf8'), 'linked octets');
});

test('[T30] a zero-byte file, a cut one, a missing one and a row that is no row are set aside; the rest is served', async () => {
  const places = newPlaces();
  const ids: string[] = [];
  {
    await using store = await openQueueStore(places, NOW, collectingLog());
    for (let i = 0; i < 5; i++) ids.push((await keep(store)).queueId);
  }
  const [empty, cut, missing, broken, good] = ids.map((id) => join(places.folder, id));
  truncateSync(empty!, 0);
  truncateSync(cut!, 3);
  rmSync(missing!);
  {
    using database = new DatabaseSync(places.database);
    database.prepare('UPDATE recipients SET details = ? WHERE queue_id = ?').run('{"no', ids[3]!);
  }
  const log = collectingLog();
  await using store = await openQueueStore(places, NOW, log);
  const due = await store.loadDue({
    destination: 'smtp:example.org',
    nowMs: NOW,
    limit: 10,
    exceptIds: [],
    afterOrigin: '',
  });
  assert.deepEqual(
    due.messages.map(({ envelope }) => envelope.queueId),
    [ids[4]],
  );
  assert.ok(existsSync(good!));
  assert.equal((await store.count()).messages, 1);
  const aside = readdirSync(join(places.folder, 'damaged')).sort();
  assert.deepEqual(
    aside,
    [ids[0]!, `${ids[0]}.json`, ids[1]!, `${ids[1]}.json`, `${ids[2]}.json`, ids[3]!, `${ids[3]}.json`].sort(),
  );
  assert.match(log.text(), /damaged, and set aside/);
  assert.equal(existsSync(broken!), false);
});

test('octets that are damaged while the server runs are set aside when they are read', async () => {
  const places = newPlaces();
  const log = collectingLog();
  await using store = await openQueueStore(places, NOW, log);
  const { queueId } = await keep(store);
  truncateSync(join(places.folder, queueId), 0);
  await assert.rejects(store.openContent({ queueId, sizeBytes: 6 }), WorldError);
  assert.equal(await store.find(queueId), undefined);
  assert.match(log.text(), /set aside/);
});

test('a database that is damaged is set aside, and what can be read of it is served', async () => {
  const places = newPlaces();
  const ids: string[] = [];
  {
    await using store = await openQueueStore(places, NOW, collectingLog());
    for (let i = 0; i < 400; i++) ids.push((await keep(store)).queueId);
  }
  const octets = readFileSync(places.database);
  octets.fill(0xa5, Math.floor(octets.length * 0.2), Math.floor(octets.length * 0.7));
  writeFileSync(places.database, octets);
  const log = collectingLog();
  await using store = await openQueueStore(places, NOW, log);
  const { messages } = await store.count();
  assert.ok(messages > 0 && messages < 400, String(messages));
  assert.match(log.text(), /was damaged/);
  // Nothing is gone: each message is served, or its octets lie aside.
  const aside = new Set(readdirSync(join(places.folder, 'damaged')));
  for (const id of ids) assert.ok((await store.find(id)) === 'kept' || aside.has(id), id);
  await keep(store);
});

test('a database whose head is gone, or which is no database, costs no start', async () => {
  const places = newPlaces();
  let id: string;
  {
    await using store = await openQueueStore(places, NOW, collectingLog());
    id = (await keep(store)).queueId;
  }
  writeFileSync(places.database, 'this was a database once, and is none any more'.repeat(100));
  await using store = await openQueueStore(places, NOW, collectingLog());
  assert.equal((await store.count()).messages, 0);
  assert.ok(existsSync(join(places.folder, 'damaged', id)));
});

test('what was never promised is removed at the start; a newer database is refused', async () => {
  const places = newPlaces();
  {
    await using store = await openQueueStore(places, NOW, collectingLog());
    await keep(store);
  }
  writeFileSync(join(places.folder, 'STRAY'), 'x');
  writeFileSync(join(places.folder, 'STRAY2.new'), 'x');
  {
    await using store = await openQueueStore(places, NOW, collectingLog());
    assert.equal((await store.count()).messages, 1);
    assert.equal(readdirSync(places.folder).length, 2);
  }
  {
    using database = new DatabaseSync(places.database);
    database.exec('PRAGMA user_version = 99');
  }
  await assert.rejects(openQueueStore(places, NOW, collectingLog()), /version 99 is not known/);
});

test('the share of one origin leaves room for others, and everybody has their turn', async () => {
  await using store = await openQueueStore(newPlaces(), NOW, collectingLog());
  for (let i = 0; i < 60; i++) {
    const { recipients, ...envelope } = queued(['bea@example.org'], { origin: i < 50 ? 'flood' : `o${i}` });
    await store.keep(envelope, [untried(recipients[0]!, 0, NOW)], memoryContent(Buffer.from('x')));
  }
  const request = { destination: 'smtp:example.org', nowMs: NOW, limit: 20, exceptIds: [], afterOrigin: '' };
  const first = await store.loadDue(request);
  const origins = first.messages.map(({ envelope }) => envelope.origin);
  assert.equal(origins.filter((origin) => origin === 'flood').length, 5);
  assert.equal(new Set(origins).size, 11);
  assert.equal(first.hasMore, true);
});
