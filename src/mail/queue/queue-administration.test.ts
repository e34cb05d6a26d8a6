import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueueAdmin } from '#mail/ports/queue-admin.ts';
import { type HouseOptions, QueueHouse, queued, UNREACHABLE } from '../../../test/world/queue-house.ts';

const MINUTE = 60_000;

function openHouse(options: HouseOptions = {}): { house: QueueHouse; admin: QueueAdmin } {
  const house = new QueueHouse(options);
  return { house, admin: house.administration() };
}

test('fresh and kept messages are one list, each with its state', async () => {
  const { house, admin } = openHouse({
    tookMs: (destination) => (destination === 'slow.example' ? 60_000 : 100),
    answer: () => ({ kind: 'deferred' }),
  });
  const [deferred, held, slow] = [queued(['a@b.example']), queued(['b@b.example']), queued(['c@slow.example'])];
  void house.offer(deferred);
  void house.offer(held);
  await house.time.pass(1_000);
  assert.equal(await admin.act('hold', { queueIds: [held.queueId] }), 1);
  void house.offer(slow);
  await house.time.pass(1_000);
  const list = await admin.list({}, '', 10);
  assert.deepEqual(
    list.map(({ queueId, state }) => [queueId, state]),
    [
      [deferred.queueId, 'deferred'],
      [held.queueId, 'hold'],
      [slow.queueId, 'active'],
    ],
  );
  assert.equal(list[0]?.recipients[0]?.reason, '450 4.2.0 Try later');
  assert.deepEqual(
    (await admin.list({ state: 'active' }, '', 10)).map(({ queueId }) => queueId),
    [slow.queueId],
  );
  assert.deepEqual((await admin.list({ domain: 'slow.example' }, '', 10)).length, 1);
  assert.deepEqual(await admin.counts(), { messages: 3, recipients: 3, held: 1, active: 1 });
  assert.equal((await admin.destinations(10))[0]?.destination, 'smtp:slow.example');
});

test('what is on hold is not tried until it is released', async () => {
  let answer: 'deferred' | 'delivered' = 'deferred';
  const { house, admin } = openHouse({ answer: () => ({ kind: answer }) });
  const message = queued(['a@b.example']);
  void house.offer(message);
  await house.time.pass(MINUTE);
  await admin.act('hold', { queueIds: [message.queueId] });
  answer = 'delivered';
  await house.time.pass(600 * MINUTE);
  assert.equal(house.delivered.length, 0);
  assert.equal(await admin.act('retry', { queueIds: [message.queueId] }), 0);
  assert.equal(await admin.act('release', { queueIds: [message.queueId] }), 1);
  await house.time.pass(1_000);
  assert.equal(house.delivered.length, 1);
  assert.deepEqual([house.journeys.ofKind('held').length, house.journeys.ofKind('released').length], [1, 1]);
  house.checkInvariants([message]);
});

test('a message that came to be held is told as such, and not as an administrator’s doing', async () => {
  const { house, admin } = openHouse({ answer: () => ({ kind: 'deferred' }) });
  const [held, other] = [queued(['a@b.example'], { held: true }), queued(['b@b.example'])];
  void house.offer(held);
  void house.offer(other);
  await house.time.pass(MINUTE);
  await admin.act('hold', { queueIds: [other.queueId] });
  assert.deepEqual(
    house.journeys.events.flatMap(({ key, event }) => (event.kind === 'held' ? [[key, event.onArrival]] : [])),
    [
      [held.queueId, true],
      [other.queueId, undefined],
    ],
  );
});

test('flush wakes suspended destinations, and tries all of it now', async () => {
  let isUp = false;
  const { house, admin } = openHouse({ answer: () => (isUp ? { kind: 'delivered' } : UNREACHABLE) });
  const messages = Array.from({ length: 30 }, (_, i) => queued([`u${i}@b.example`]));
  for (const message of messages) void house.offer(message);
  await house.time.pass(10_000);
  isUp = true;
  const flushed = admin.flush();
  await house.time.pass(10_000);
  await flushed;
  assert.equal(house.delivered.length, 30);
  house.checkInvariants(messages);
});

test('a deleted message is gone and nobody is told; the delivery that runs is the last', async () => {
  const { house, admin } = openHouse({ tookMs: () => 20_000, answer: () => ({ kind: 'deferred' }) });
  const message = queued(['a@b.example']);
  const taken = house.offer(message);
  await house.time.pass(1_000);
  const deleted = admin.act('delete', { queueIds: [message.queueId] });
  await house.time.pass(MINUTE);
  assert.equal(await deleted, 1);
  await taken;
  await house.time.pass(600 * MINUTE);
  assert.deepEqual([house.jobs.length, house.posted.length, house.store.disk.rows.size], [1, 0, 0]);
  assert.equal(house.journeys.ofKind('deleted').length, 1);
});

test('a returned message is reported with what the last attempt said', async () => {
  const { house, admin } = openHouse({ answer: () => ({ kind: 'deferred' }) });
  const messages = [queued(['a@b.example']), queued(['c@d.example'])];
  for (const message of messages) void house.offer(message);
  await house.time.pass(MINUTE);
  assert.equal(await admin.act('bounce', { filter: { domain: 'b.example' } }), 1);
  await house.time.pass(1_000);
  assert.equal(house.reports.length, 1);
  assert.match(house.reports[0]?.outcomes[0]?.text ?? '', /returned by the administrator; .*450 4\.2\.0/);
  assert.equal(house.store.disk.rows.size, 1);
  const [bounced, ...others] = house.journeys.ofKind('bounced');
  assert.deepEqual([bounced?.recipient, others.length], ['a@b.example', 0]);
  assert.match(bounced?.reason ?? '', /returned by the administrator/);
});

test('a filter concerns every page of the queue', async () => {
  const { house, admin } = openHouse({ answer: () => ({ kind: 'deferred' }) });
  for (let i = 0; i < 450; i++) void house.offer(queued([`u${i}@d${i % 3}.example`]));
  await house.time.pass(MINUTE);
  assert.equal(await admin.act('delete', { filter: { sender: 'ANA@valija.test' } }), 450);
  assert.equal(house.store.disk.rows.size, 0);
});
