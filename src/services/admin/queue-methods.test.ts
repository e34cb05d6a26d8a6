import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueueAdmin, QueuedMessageListing } from '#mail/ports/queue-admin.ts';
import { queueMethods } from './queue-methods.ts';

function listing(recipients: number): QueuedMessageListing {
  return {
    queueId: '4ZxQ0z1',
    state: 'deferred',
    arrivedMs: 0,
    sender: 'ana@valija.test',
    origin: 'ana@valija.test',
    sizeBytes: 1,
    expiresMs: 1,
    recipients: Array.from({ length: recipients }, (_, i) => ({
      address: `u${i}@example.org`,
      original: `u${i}@example.org`,
      destination: 'smtp:example.org',
      attempts: 1,
      reason: 'x'.repeat(4_000),
    })),
  };
}

function openMethods(found: readonly QueuedMessageListing[] = []) {
  const asked: unknown[] = [];
  const queue: QueueAdmin = {
    list: async (...given) => {
      asked.push(given);
      return [...found];
    },
    show: async () => found[0],
    counts: async () => ({ messages: 1, recipients: 2, held: 0, active: 0 }),
    destinations: async () => [],
    act: async (...given) => {
      asked.push(given);
      return 1;
    },
    flush: async () => undefined,
  };
  const methods = new Map(queueMethods(queue));
  const call = async (name: string, params: unknown) => {
    const method = methods.get(name);
    assert.ok(method, name);
    return method(params);
  };
  return { asked, call };
}

test('a list is asked for with its filter, a page at a time', async () => {
  const { asked, call } = openMethods();
  await call('queue.list', { sender: '', domain: 'example.org', state: 'hold', afterId: 'X', limit: 1_000_000 });
  assert.deepEqual(asked, [[{ sender: '', domain: 'example.org', state: 'hold' }, 'X', 1_000]]);
});

test('a message with many recipients comes in pieces that fit a line of the socket', async () => {
  const { call } = openMethods([listing(100)]);
  const outcome = await call('queue.list', {});
  assert.ok(outcome.ok);
  const pieces = outcome.value as QueuedMessageListing[];
  assert.deepEqual(
    pieces.map(({ recipients }) => recipients.length),
    [40, 40, 20],
  );
  for (const piece of pieces) assert.ok(JSON.stringify(piece).length < 60_000);
});

test('a slip concerns nothing: what is acted on must be said', async () => {
  const { asked, call } = openMethods();
  const slip = await call('queue.delete', {});
  assert.equal(!slip.ok && slip.error.code, 'bad-request');
  assert.deepEqual(asked, []);
  await call('queue.delete', { queueIds: ['A'] });
  await call('queue.hold', { recipient: 'bea@example.org' });
  await call('queue.retry', { all: true });
  assert.deepEqual(asked, [
    ['delete', { queueIds: ['A'] }],
    ['hold', { filter: { recipient: 'bea@example.org' } }],
    ['retry', { filter: {} }],
  ]);
  const wrong = await call('queue.list', { state: 'lost' });
  assert.match(wrong.ok ? '' : wrong.error.message, /state must be one of active, incoming, deferred, hold/);
});
