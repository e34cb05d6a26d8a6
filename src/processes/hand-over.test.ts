// What the worker hands to the outbound process, over a real stream, while the queue's store fails.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { WorldError } from '#base/world-error.ts';
import type { Alarm } from '#mail/ports/alarm.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { channelPair } from '../../test/world/channel-pair.ts';
import { collectingLog } from '../../test/world/log.ts';
import { QueueHouse } from '../../test/world/queue-house.ts';
import { until } from '../../test/world/until.ts';
import { WorkerLink } from './outbound/worker-link.ts';
import { OutboundOutbox } from './worker/outbox.ts';

const FULL = new WorldError('queue: keep', { transient: true, cause: new Error('database or disk is full') });
const ADDRESS = 'ana@example.org';

const MESSAGE: QueuedMessage = {
  queueId: '4A1',
  arrivedMs: 0,
  sender: 'usuario1@valija.test',
  body: '7BIT',
  smtpUtf8: false,
  dsn: { ret: undefined, envid: undefined },
  origin: 'usuario1@valija.test',
  prefix: Buffer.alloc(0),
  sizeBytes: 3,
  recipients: [
    {
      address: ADDRESS,
      original: ADDRESS,
      parameters: { notify: undefined, orcpt: undefined },
      nextHop: { transport: 'smtp', destination: 'example.org' },
    },
  ],
};

/** Rings when the test says so; tells after how long it should have. */
function openAlarm() {
  const waiting: { readonly delayMs: number; readonly wake: () => void }[] = [];
  const alarm: Alarm = {
    after(delayMs, wake) {
      waiting.push({ delayMs, wake });
      return { [Symbol.dispose]: () => undefined };
    },
  };
  return { alarm, waiting };
}

test('a message that the queue cannot keep is offered again, less and less often, until it can: no restart is needed', async () => {
  const [toOutbound, toWorker] = await channelPair();
  // Nothing is tried from memory: what comes is written first.
  const house = new QueueHouse({ settings: { freshLimit: 0 } });
  const log = collectingLog();
  const link = new WorkerLink(async () => toWorker, log);
  toWorker.serve('take', (head, body) => {
    link.take(house.runner, head, body);
    return {};
  });
  const { alarm, waiting } = openAlarm();
  const outbox = new OutboundOutbox(collectingLog(), alarm);
  outbox.attach(toOutbound);

  house.store.failure = FULL;
  const taking = outbox.take(MESSAGE, memoryContent(Buffer.from('x\r\n')));
  const pauses: number[] = [];
  while (pauses.length < 8) {
    const { delayMs, wake } = await until('another attempt that failed', () => waiting.shift());
    pauses.push(delayMs);
    if (pauses.length === 8) house.store.failure = undefined;
    wake();
  }
  await taking;
  assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  assert.equal(await house.store.find(MESSAGE.queueId), 'kept');
  assert.match(log.text(), /error qmgr: 4A1: could not be kept, for now: .*database or disk is full/);
  assert.equal(waiting.length, 0);
  await Promise.all([toOutbound.close(), toWorker.close()]);
});

test('[T31] what nobody takes fills the journal and not the memory: few octets at a time are read', async () => {
  const [toOutbound, toWorker] = await channelPair();
  const outbox = new OutboundOutbox(collectingLog(), openAlarm().alarm);
  let inMemory = 0;
  let most = 0;
  const taken: string[] = [];
  toWorker.serve('take', async (head) => {
    await setImmediate();
    inMemory -= 1;
    taken.push((head as { queueId: string }).queueId);
    return {};
  });
  const content = {
    ...memoryContent(Buffer.from('x\r\n')),
    async read() {
      inMemory += 1;
      most = Math.max(most, inMemory);
      return Buffer.from('x\r\n');
    },
  };
  const ids = Array.from({ length: 2_000 }, (_, at) => `4A${at}`);
  for (const queueId of ids) void outbox.take({ ...MESSAGE, queueId }, content);
  assert.equal(inMemory, 0, 'there is nobody to hand it to');
  outbox.attach(toOutbound);
  await until('the last message', () => taken.length === ids.length);
  assert.deepEqual(taken, ids);
  assert.ok(most <= 256, `${most} at a time`);
  await Promise.all([toOutbound.close(), toWorker.close()]);
});

test('a story that the worker does not understand keeps no message in the journal', async () => {
  const [toOutbound, toWorker] = await channelPair();
  const log = collectingLog();
  const link = new WorkerLink(async () => toWorker, log);
  toWorker.serve('take', (head, body) => {
    link.take({ take: async () => undefined }, head, body);
    link.record(MESSAGE.queueId, { kind: 'abandoned', reason: 'reset' });
    return {};
  });
  toOutbound.serve('journey', () => {
    throw new WorldError('no journey', { transient: false });
  });
  const outbox = new OutboundOutbox(collectingLog(), openAlarm().alarm);
  outbox.attach(toOutbound);
  const heard: string[] = [];
  void outbox.take(MESSAGE, memoryContent(Buffer.from('x\r\n'))).then(() => heard.push('taken'));
  await until('the complaint', () => /the worker could not be told/.test(log.text()));
  assert.deepEqual(heard, ['taken']);
  await Promise.all([toOutbound.close(), toWorker.close()]);
});
