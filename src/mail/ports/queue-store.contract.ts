// What every queue store promises, whatever it lies in: called by the tests of each.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecipientPhase, RecipientProgress, TrackedRecipient } from '#mail/queue/recipient-progress.ts';
import { untried } from '#mail/queue/recipient-progress.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { readWhole } from '#platform/files/read-whole.ts';
import { queued } from '../../../test/world/queue-house.ts';
import type { QueueStore } from './queue-store.ts';

const NOW = Date.UTC(2026, 10, 21, 10);
const DUE = { nowMs: NOW, limit: 100, exceptIds: [], afterOrigin: '' };

export function queueStoreContract(name: string, open: () => Promise<QueueStore>): void {
  test(`${name}: a message is kept whole, found, loaded, and gone with its last recipient`, async () => {
    await using store = await open();
    const message = queued(['bea@example.org', 'carl@example.org', 'dora@example.net'], {
      dsn: { ret: 'HDRS', envid: 'X=1' },
      smtpUtf8: true,
      tlsWish: 'required',
    });
    await keep(store, message, 'Subject: ñ\r\n\r\nx\r\n');
    assert.equal(await store.find(message.queueId), 'kept');
    const stored = await store.load(message.queueId);
    const { recipients, ...envelope } = message;
    assert.deepEqual(stored?.envelope, { ...envelope, sizeBytes: 18 });
    assert.deepEqual(
      stored?.recipients,
      recipients.map((each, number) => untried(each, number, NOW)),
    );
    await using content = await store.openContent(stored!.envelope);
    assert.equal((await readWhole(content)).toString('utf8'), 'Subject: ñ\r\n\r\nx\r\n');
    const [first, second, third] = stored!.recipients;
    const put = (each: TrackedRecipient, state: RecipientPhase) => ({
      number: each.number,
      progress: tried(each, state),
    });
    const one = await store.record(message.queueId, [put(first!, { phase: 'done' })], NOW);
    assert.deepEqual(one, { waiting: 2, unreported: 0 });
    const two = await store.record(message.queueId, [put(second!, { phase: 'unreported', end: 'failed' })], NOW);
    assert.deepEqual(two, { waiting: 1, unreported: 1 });
    assert.deepEqual(await store.unreported('', 10), [message.queueId]);
    assert.deepEqual(
      (await store.load(message.queueId))?.recipients[0]?.progress,
      tried(second!, { phase: 'unreported', end: 'failed' }),
    );
    const last = await store.record(
      message.queueId,
      [put(second!, { phase: 'done' }), put(third!, { phase: 'done' })],
      NOW,
    );
    assert.deepEqual(last, { waiting: 0, unreported: 0 });
    assert.equal(await store.find(message.queueId), 'finished');
    assert.equal(await store.load(message.queueId), undefined);
    assert.equal(await store.record(message.queueId, [], NOW), undefined);
  });

  test(`${name}: keeping it twice keeps the first`, async () => {
    await using store = await open();
    const message = queued(['bea@example.org']);
    await keep(store, message, 'first');
    await keep(store, message, 'the second');
    const stored = await store.load(message.queueId);
    await using content = await store.openContent(stored!.envelope);
    assert.equal((await readWhole(content)).toString(), 'first');
  });

  test(`${name}: what is due is found by destination, and what is in memory is left out`, async () => {
    await using store = await open();
    const early = queued(['bea@a.example', 'carl@b.example']);
    const late = queued(['dora@a.example']);
    await keep(store, early);
    await keep(store, late, 'x', NOW + 1_000);
    assert.deepEqual(await store.dueDestinations(10), [
      { destination: 'smtp:a.example', dueMs: NOW },
      { destination: 'smtp:b.example', dueMs: NOW },
    ]);
    const ids = async (request: object) =>
      (await store.loadDue({ destination: 'smtp:a.example', ...DUE, ...request })).messages.map(
        ({ envelope, recipients }) => [envelope.queueId, recipients.map(({ number }) => number)],
      );
    assert.deepEqual(await ids({}), [[early.queueId, [0]]]);
    assert.deepEqual(await ids({ nowMs: NOW + 1_000 }), [
      [early.queueId, [0]],
      [late.queueId, [0]],
    ]);
    assert.deepEqual(await ids({ nowMs: NOW + 1_000, exceptIds: [early.queueId] }), [[late.queueId, [0]]]);
    assert.deepEqual(await ids({ arrivedBeforeMs: NOW }), []);
    assert.equal((await ids({ arrivedBeforeMs: NOW + 1 })).length, 2);
    await store.mendTimes(NOW + 500, NOW);
    assert.equal((await ids({})).length, 2);
  });

  test(`${name}: what is kept on hold was never due, and is when it is released`, async () => {
    await using store = await open();
    const message = queued(['bea@a.example'], { held: true });
    await keep(store, message);
    assert.deepEqual(await store.dueDestinations(10), []);
    const { held: _, recipients: __, ...envelope } = message;
    const stored = await store.load(message.queueId);
    assert.deepEqual([stored?.held, stored?.envelope], [true, { ...envelope, sizeBytes: stored?.envelope.sizeBytes }]);
    assert.equal((await store.change([message.queueId], { kind: 'release', nowMs: NOW })).length, 1);
    assert.deepEqual(await store.dueDestinations(10), [{ destination: 'smtp:a.example', dueMs: NOW }]);
  });

  test(`${name}: what is on hold is not due until it is released; what is deleted is finished`, async () => {
    await using store = await open();
    const messages = [queued(['bea@a.example']), queued(['bea@a.example'])];
    for (const message of messages) await keep(store, message);
    const [held, other] = messages.map(({ queueId }) => queueId);
    assert.equal((await store.change([held!, 'UNKNOWN'], { kind: 'hold' })).length, 1);
    assert.equal((await store.change([held!], { kind: 'retry', nowMs: NOW })).length, 0);
    const due = async () => (await store.loadDue({ destination: 'smtp:a.example', ...DUE })).messages.length;
    assert.equal(await due(), 1);
    assert.deepEqual(await store.count(), { messages: 2, held: 1, recipients: 2 });
    assert.deepEqual(
      (await store.list({ state: 'hold' }, '', 10)).map(({ envelope }) => envelope.queueId),
      [held],
    );
    // A delivery that was running when it was held has come to its end: it stays on hold.
    const [tracked] = (await store.load(held!))!.recipients;
    await store.record(
      held!,
      [{ number: 0, progress: tried(tracked!, { phase: 'waiting', nextAttemptMs: NOW }) }],
      NOW,
    );
    assert.equal(await due(), 1);
    assert.equal((await store.change([held!], { kind: 'release', nowMs: NOW })).length, 1);
    assert.equal(await due(), 2);
    assert.equal((await store.change([other!], { kind: 'delete', nowMs: NOW })).length, 1);
    assert.equal(await store.find(other!), 'finished');
  });

  test(`${name}: lists are filtered and paged`, async () => {
    await using store = await open();
    const messages = [
      queued(['bea@a.example'], { sender: 'Ana@valija.test' }),
      queued(['carl@b.example', 'bea@a.example'], { sender: '' }),
      queued(['dora@b.example'], { arrivedMs: NOW + 5_000 }),
    ];
    for (const message of messages) await keep(store, message);
    const found = async (filter: object, after = '', limit = 10) =>
      (await store.list(filter, after, limit)).map(({ envelope }) =>
        messages.findIndex(({ queueId }) => queueId === envelope.queueId),
      );
    assert.deepEqual(await found({}), [0, 1, 2]);
    assert.deepEqual(await found({}, messages[0]!.queueId, 1), [1]);
    assert.deepEqual(await found({ sender: 'ana@VALIJA.test' }), [0, 2]);
    assert.deepEqual(await found({ sender: '' }), [1]);
    assert.deepEqual(await found({ recipient: 'BEA@a.example' }), [0, 1]);
    assert.deepEqual(await found({ domain: 'B.example' }), [1, 2]);
    assert.deepEqual(await found({ arrivedBeforeMs: NOW + 1, domain: 'b.example' }), [1]);
    assert.deepEqual(await found({ state: 'deferred' }), []);
    assert.deepEqual(await found({ state: 'incoming' }), [0, 1, 2]);
  });

  test(`${name}: senders are warned once, of what was tried`, async () => {
    await using store = await open();
    const messages = [queued(['bea@a.example']), queued(['carl@a.example'])];
    for (const message of messages) await keep(store, message);
    const [first] = messages.map(({ queueId }) => queueId);
    assert.deepEqual(await store.unwarned(NOW + 1, 10), []);
    const [tracked] = (await store.load(first!))!.recipients;
    await store.record(
      first!,
      [{ number: 0, progress: tried(tracked!, { phase: 'waiting', nextAttemptMs: NOW }) }],
      NOW,
    );
    assert.deepEqual(await store.unwarned(NOW, 10), []);
    assert.deepEqual(await store.unwarned(NOW + 1, 10), [first]);
    await store.markWarned(first!);
    assert.deepEqual(await store.unwarned(NOW + 1, 10), []);
  });
}

async function keep(
  store: QueueStore,
  { recipients, ...envelope }: ReturnType<typeof queued>,
  octets = 'x',
  dueMs = NOW,
): Promise<void> {
  const tracked = recipients.map((recipient, number) => untried(recipient, number, dueMs));
  await store.keep(envelope, tracked, memoryContent(Buffer.from(octets)));
}

function tried({ progress }: TrackedRecipient, state: RecipientPhase): RecipientProgress {
  return {
    state,
    attempts: progress.attempts + 1,
    firstAttemptMs: NOW,
    lastAttemptMs: NOW,
    outcome: {
      kind: 'deferred',
      status: '4.2.0',
      text: 'later',
      remote: { name: 'mx', address: '192.0.2.1', port: 25 },
    },
  };
}
