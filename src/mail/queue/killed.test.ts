// kill -9 at any moment: a scenario is run once to count what the store is asked to write, and then again for each of these
// writes, the world dying just before or just after it is durable. The next life gets the disk as it is, and the journal
// offers again what was not taken.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueueDisk } from '../../../test/world/memory-queue-store.ts';
import { type HouseOptions, QueueHouse, queued, queuedRecipient } from '../../../test/world/queue-house.ts';
import type { QueuedMessage, QueuedRecipient } from './queued-message.ts';

const HOUR = 3_600_000;

/** One of each fate: at once, later, never, partly, with a receipt, slow, and given up. */
function mail(): QueuedMessage[] {
  return [
    queued(['si1@a.example']),
    queued(['luego2@a.example', 'si2@b.example']),
    queued(['no3@a.example']),
    queued(['no4@b.example', 'si4@a.example', 'luego4@a.example']),
    queued([], {
      recipients: [queuedRecipient('si5@a.example', { parameters: { notify: ['SUCCESS'], orcpt: undefined } })],
    }),
    queued(['si6@slow.example', 'si6@a.example']),
    queued(['nunca7@a.example']),
    queued(['no8@a.example'], { sender: '' }),
  ];
}

/** `luego` is put off once in all lives; what is done can be asked of the witnesses. */
function world(seen: Map<string, number>): HouseOptions {
  return {
    settings: { maximalLifetimeMs: 2 * HOUR, freshLimit: 6 },
    tookMs: (destination) => (destination === 'slow.example' ? 8_000 : 100),
    answer: ({ address }: QueuedRecipient) => {
      const times = seen.get(address) ?? 0;
      seen.set(address, times + 1);
      if (address.startsWith('no')) return { kind: 'failed' };
      if (address.startsWith('nunca')) return { kind: 'deferred' };
      return { kind: address.startsWith('luego') && times === 0 ? 'deferred' : 'delivered' };
    },
  };
}

async function live(house: QueueHouse, offers: readonly { message: QueuedMessage; octets?: Buffer }[]): Promise<void> {
  for (const { message, octets } of offers) void house.offer(message, octets);
  for (let step = 0; step < 40 && !house.isDead; step++) await house.time.pass(300_000);
}

test('killed at any write, nothing is lost, and nothing comes twice that was written down as delivered', async () => {
  const probe = new QueueHouse(world(new Map()));
  await live(
    probe,
    mail().map((message) => ({ message })),
  );
  const writes = probe.store.disk.writes;
  assert.ok(writes > 20, String(writes));
  assert.equal(probe.store.disk.rows.size, 0);
  for (let atWrite = 0; atWrite < writes; atWrite++) {
    for (const when of ['before', 'after'] as const) await killAt(atWrite, when);
  }
});

test('what is to wait for an administrator waits, also when the world ends while it is kept', async () => {
  for (const atWrite of [0, 1, 2]) {
    for (const when of ['before', 'after'] as const) {
      const disk = new QueueDisk();
      const message = queued(['si1@a.example'], { held: true });
      await live(new QueueHouse({ ...world(new Map()), disk, death: { atWrite, when } }), [{ message }]);
      const second = new QueueHouse({ ...world(new Map()), disk });
      await live(second, [{ message }]);
      assert.deepEqual([second.jobs, disk.rows.get(message.queueId)?.held], [[], true], `${when} write ${atWrite}`);
    }
  }
});

async function killAt(atWrite: number, when: 'before' | 'after'): Promise<void> {
  const where = `killed ${when} write ${atWrite}`;
  const seen = new Map<string, number>();
  const disk = new QueueDisk();
  const messages = mail();
  const first = new QueueHouse({ ...world(seen), disk, death: { atWrite, when } });
  await live(
    first,
    messages.map((message) => ({ message })),
  );
  assert.ok(first.isDead, where);
  const known = new Set([...disk.rows.keys(), ...disk.finished]);
  const recorded = recordedAsDone(disk, messages);
  for (const { queueId } of messages)
    assert.ok(!first.isTaken(queueId) || known.has(queueId), `${where}: ${queueId} lost`);
  const second = new QueueHouse({ ...world(seen), disk, time: first.time });
  // The worst case: the journal offers all of it again, also what was taken.
  await live(second, [
    ...first.untaken(),
    ...messages.filter(({ queueId }) => first.isTaken(queueId)).map((message) => ({ message })),
  ]);
  assert.equal(disk.rows.size, 0, `${where}: ${[...disk.rows.keys()]} did not come to an end`);
  for (const { queueId, recipients } of messages) {
    assert.ok(disk.finished.has(queueId), `${where}: ${queueId} is not finished`);
    for (const { address } of recipients) {
      const once = first.timesDelivered(queueId, address);
      const again = second.timesDelivered(queueId, address);
      const isMail = address.startsWith('si') || address.startsWith('luego');
      assert.equal(once + again >= 1, isMail, `${where}: ${address} was delivered ${once} + ${again} times`);
      assert.ok(once <= 1 && again <= 1, `${where}: ${address} was delivered ${once} + ${again} times in one life`);
      if (recorded.has(`${queueId} ${address}`)) assert.equal(again, 0, `${where}: ${address} came again`);
    }
  }
  for (const recipient of ['no3@a.example', 'no4@b.example', 'nunca7@a.example', 'si5@a.example']) {
    const told = [...first.reports, ...second.reports].filter(({ outcomes }) =>
      outcomes.some((outcome) => outcome.recipient.address === recipient),
    );
    assert.ok(told.length >= 1 && told.length <= 2, `${where}: ${told.length} reports about ${recipient}`);
  }
}

/** Recipients that the disk knew to be done when the first life ended. */
function recordedAsDone(disk: QueueDisk, messages: readonly QueuedMessage[]): Set<string> {
  const done = new Set<string>();
  for (const { queueId, recipients } of messages) {
    const row = disk.rows.get(queueId);
    if (row === undefined && !disk.finished.has(queueId)) continue;
    for (const [number, { address }] of recipients.entries()) {
      const state = row?.recipients.get(number)?.progress.state.phase;
      if (state !== 'waiting') done.add(`${queueId} ${address}`);
    }
  }
  return done;
}
