// How deliveries take turns: between destinations, between senders, and with what has no room in memory.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueueHouse, queued, queuedRecipient, UNREACHABLE } from '../../../test/world/queue-house.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test('a destination that does not answer is suspended; others are not touched, and its mail still expires', async () => {
  const house = new QueueHouse({
    answer: (_, destination) => (destination === 'dead.example' ? UNREACHABLE : { kind: 'delivered' }),
  });
  const dead = Array.from({ length: 40 }, (_, i) => queued([`u${i}@dead.example`]));
  const alive = queued(['bea@example.org']);
  for (const message of [...dead, alive]) void house.offer(message);
  await house.time.pass(MINUTE);
  assert.equal(house.jobs.filter(({ destination }) => destination === 'dead.example').length, 5, 'one cohort');
  assert.equal(house.delivered.length, 1);
  assert.match(house.log.text(), /status=deferred \(delivery temporarily suspended: connect to mx/);
  await house.time.pass(6 * DAY);
  assert.equal(house.store.disk.rows.size, 0);
  assert.equal(house.posted.length, 40);
  house.checkInvariants([...dead, alive]);
});

test('concurrency grows with success up to the limit, and mail for one user is carried two at a time, one recipient each', async () => {
  const house = new QueueHouse({ tookMs: () => 1_000 });
  const local = { nextHop: { transport: 'local', user: 'usuario1', extension: undefined } } as const;
  const messages = [
    ...Array.from({ length: 300 }, (_, i) => queued([`u${i}@example.org`])),
    ...Array.from({ length: 6 }, () =>
      queued([], { recipients: ['a@valija.test', 'b@valija.test'].map((each) => queuedRecipient(each, local)) }),
    ),
  ];
  for (const message of messages) void house.offer(message);
  await house.time.pass(5 * MINUTE);
  assert.equal(house.delivered.length, 312);
  assert.equal(house.mostAtOnce.get('example.org'), 20);
  assert.equal(house.mostAtOnce.get('usuario1'), 2);
  house.checkInvariants(messages);
});

test('a delivery has at most fifty recipients, and one sender', async () => {
  const house = new QueueHouse();
  const message = queued(Array.from({ length: 120 }, (_, i) => `u${i}@example.org`));
  const forwarded = queued([], {
    recipients: [
      queuedRecipient('x@example.net', { sender: 'srs0=x@valija.test' }),
      queuedRecipient('y@example.net', { sender: '' }),
      queuedRecipient('z@example.net'),
    ],
  });
  void house.offer(message);
  void house.offer(forwarded);
  await house.time.pass(MINUTE);
  assert.deepEqual(
    house.jobs.map(({ recipients }) => recipients),
    [50, 50, 20, 1, 1, 1],
  );
  assert.deepEqual(
    house.delivered.slice(-3).map(({ sender }) => sender),
    ['srs0=x@valija.test', '', 'ana@valija.test'],
  );
});

test('with a rate delay there is one delivery at a time, and a pause behind each', async () => {
  const house = new QueueHouse({ settings: { destinationRateDelayMs: 10_000 } });
  for (let i = 0; i < 4; i++) void house.offer(queued([`u${i}@example.org`]));
  await house.time.pass(2 * MINUTE);
  const [first = 0, ...others] = house.jobs.map(({ atMs }) => atMs);
  assert.equal(others.length, 3);
  for (const [i, atMs] of others.entries()) assert.ok(atMs - first >= (i + 1) * 10_000, String(others));
});

test('[C21] one slow destination of 50,000 messages delays no other, and memory holds a few hundred of them', async () => {
  const house = new QueueHouse({ tookMs: (destination) => (destination === 'slow.example' ? 30_000 : 100) });
  const slow = Array.from({ length: 50_000 }, (_, i) => queued([`u${i}@slow.example`], { origin: 'flood' }));
  let mostInHand = 0;
  for (const [i, message] of slow.entries()) {
    void house.offer(message);
    if (i % 1_000 === 999) await house.time.pass(100);
  }
  await house.time.pass(30_000);
  const begun = house.time.nowMs();
  for (let minute = 0; minute < 10; minute++) {
    void house.offer(queued([`bea${minute}@example.org`]));
    await house.time.pass(MINUTE);
    mostInHand = Math.max(mostInHand, house.runner.inHand.size);
  }
  const fast = house.delivered.filter(({ address }) => address.endsWith('@example.org'));
  assert.deepEqual(
    fast.map(({ atMs }) => atMs - begun),
    fast.map((_, i) => i * MINUTE + 100),
  );
  assert.equal(fast.length, 10);
  assert.ok(mostInHand < 500, `${mostInHand} in memory`);
  assert.ok(house.delivered.length > 300);
});

test('[C21] hundreds of destinations that fall due together are loaded a few at a time, and memory keeps to its limit', async () => {
  const first = new QueueHouse({ settings: { freshLimit: 0 }, tookMs: () => DAY });
  const messages = Array.from({ length: 3_000 }, (_, i) => queued([`u${i}@host${i % 300}.example`]));
  for (const message of messages) void first.offer(message);
  await first.runner.stop(0);

  const house = new QueueHouse({ disk: first.store.disk, settings: { activeLimit: 400 }, tookMs: () => 1_000 });
  const loadDue = house.store.loadDue.bind(house.store);
  let loads = 0;
  let mostLoads = 0;
  let mostInHand = 0;
  house.store.loadDue = async (request) => {
    mostLoads = Math.max(mostLoads, ++loads);
    const due = await loadDue(request);
    loads--;
    mostInHand = Math.max(mostInHand, house.runner.inHand.size + due.messages.length);
    return due;
  };
  await house.time.pass(10 * MINUTE);
  assert.ok(mostLoads <= 4, `${mostLoads} at once`);
  assert.ok(mostInHand <= 400 + 4 * 20, `${mostInHand} in memory`);
  assert.equal(new Set(house.jobs.map(({ destination }) => destination)).size, 300);
  assert.equal(house.delivered.length, messages.length);
  house.checkInvariants(messages);
});

test('within a destination whoever brought one message is not behind whoever brought thousands', async () => {
  const house = new QueueHouse({ tookMs: () => 1_000, settings: { freshLimit: 100_000 } });
  for (let i = 0; i < 2_000; i++) void house.offer(queued([`u${i}@example.org`], { origin: 'flood' }));
  await house.time.pass(1_000);
  const single = queued(['bea@example.org'], { origin: 'other' });
  void house.offer(single);
  await house.time.pass(3_000);
  assert.equal(house.timesDelivered(single.queueId, 'bea@example.org'), 1);
});

test('when more comes in than goes out, messages are kept before they are tried', async () => {
  const house = new QueueHouse({ settings: { freshLimit: 10 }, tookMs: () => 1_000 });
  const messages = Array.from({ length: 200 }, (_, i) => queued([`u${i}@example.org`]));
  const offers = messages.map((message) => house.offer(message));
  await house.time.pass(10);
  assert.ok(house.store.disk.rows.size >= 190);
  await house.time.pass(MINUTE);
  await Promise.all(offers);
  assert.equal(house.delivered.length, 200);
  assert.equal(house.store.disk.rows.size, 0);
  house.checkInvariants(messages);
});
