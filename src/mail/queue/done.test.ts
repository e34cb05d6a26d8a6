// Recipients that are done before the queue hears of them: their senders asked to be told. And the lines of the log that
// belong to a message as a whole, each once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueueHouse, queued, queuedRecipient, UNREACHABLE } from '../../../test/world/queue-house.ts';
import type { NextHop } from './next-hop.ts';

const MINUTE = 60_000;
const FILED: NextHop = { transport: 'done', end: 'delivered', text: 'delivered to mailbox INBOX' };
const EXPANDED: NextHop = { transport: 'done', end: 'expanded', text: 'alias expanded' };
const SUCCESS = { notify: ['SUCCESS'], orcpt: undefined } as const;

const receipt = (address: string, nextHop: NextHop) => queuedRecipient(address, { nextHop, parameters: SUCCESS });

function reportsOf({ reports }: QueueHouse) {
  return reports.map(
    ({ kind, outcomes }) => `${kind}: ${outcomes.map(({ recipient }) => recipient.address).join(' ')}`,
  );
}

const texts = ({ log }: QueueHouse) => log.lines.map(({ text }) => text);

test('who is done is reported, one notification for each kind, and nothing is sent', async () => {
  const house = new QueueHouse();
  const recipients = [
    receipt('bea@valija.test', FILED),
    receipt('lista@valija.test', EXPANDED),
    receipt('carl@valija.test', FILED),
  ];
  const message = queued([], { queueId: '4ZxQ1', recipients });
  await Promise.all([house.offer(message), house.time.pass(MINUTE)]);
  assert.deepEqual(reportsOf(house), ['delivered: bea@valija.test carl@valija.test', 'expanded: lista@valija.test']);
  assert.equal(house.reports[0]?.outcomes[0]?.text, 'delivered to mailbox INBOX');
  assert.deepEqual(house.jobs, []);
  assert.deepEqual(texts(house), [
    '4ZxQ1: sender delivery status notification: BOUNCE1',
    '4ZxQ1: sender delivery status notification: BOUNCE2',
    '4ZxQ1: removed',
  ]);
  assert.deepEqual(
    house.journeys.events.map(({ event }) => event.kind),
    ['notified', 'notified'],
  );
});

test('beside mail that waits, who is done is reported at once; a report that cannot be posted now, later', async () => {
  const house = new QueueHouse({ answer: () => UNREACHABLE });
  house.postFailure = new Error('the door is shut');
  const message = queued([], { recipients: [receipt('bea@valija.test', FILED), queuedRecipient('ana@example.org')] });
  await Promise.all([house.offer(message), house.time.pass(MINUTE)]);
  assert.equal(house.posted.length, 0);
  house.postFailure = undefined;
  await house.time.pass(10 * MINUTE);
  assert.deepEqual(new Set(reportsOf(house)), new Set(['delivered: bea@valija.test']));
  assert.equal(house.posted.length, 1);
});

test('a new life of the queue reports what the one before could not, also where all had to wait on the disk', async () => {
  const first = new QueueHouse({ settings: { freshLimit: 0 } });
  first.postFailure = new Error('the door is shut');
  await Promise.all([
    first.offer(queued([], { recipients: [receipt('bea@valija.test', FILED)] })),
    first.time.pass(10),
  ]);
  const next = new QueueHouse({ time: first.time, disk: first.store.disk });
  await next.time.pass(MINUTE);
  assert.equal(next.posted.length, 1);
  assert.equal(next.store.disk.rows.size, 0);
});

test('[C19] «queue active» is said when a message comes back, «removed» once, at its end', async () => {
  let isUp = false;
  const house = new QueueHouse({ answer: () => (isUp ? { kind: 'delivered' } : UNREACHABLE) });
  const message = queued(['ana@example.org', 'bea@example.net'], { queueId: '4ZxQ2', sizeBytes: 17 });
  const lines = (what: RegExp) => texts(house).filter((text) => what.test(text));
  await Promise.all([house.offer(message), house.time.pass(MINUTE)]);
  assert.deepEqual(lines(/queue active|removed/), [], 'acceptance said it of the fresh message');
  isUp = true;
  await house.time.pass(30 * MINUTE);
  assert.equal(house.delivered.length, 2);
  assert.deepEqual(lines(/removed/), ['4ZxQ2: removed']);
  assert.ok(lines(/queue active/).length > 0);
  for (const line of lines(/queue active/)) {
    assert.match(line, /^4ZxQ2: from=<ana@valija\.test>, size=35, nrcpt=[12] \(queue active\)$/);
  }
});
