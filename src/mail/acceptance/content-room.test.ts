// Quotas, where the client declared nothing, or less than it sent.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findEnd } from '#mail/journey/story-end.ts';
import { acceptanceHouse, send, sessionAt } from '../../../test/world/acceptance-house.ts';

const LIMITED = 'usuario2@valija.test';
const OTHER = 'info@valija.test';
const MESSAGE = `Subject: largo\r\n\r\n${`${'x'.repeat(78)}\r\n`.repeat(50)}`;
const HUGE = MESSAGE.repeat(4);

function houseWith(usedBytes: number) {
  const house = acceptanceHouse();
  house.usage.set(LIMITED, usedBytes);
  const bring = async (to: readonly string[], text = MESSAGE, door: 'smtp' | 'lmtp' = 'smtp', sizeBytes?: number) => {
    const parameters = { declaredSizeBytes: sizeBytes };
    const said = await send(house, { session: sessionAt(door), from: 'ana@example.com', to, text, parameters });
    return said.slice(1 + to.length);
  };
  return { ...house, bring, receivers: () => house.filed.map(({ account }) => account) };
}

const FULL = `452 4.2.2 <${LIMITED}>: Mailbox is full, try again later`;
const NEVER = `552 5.2.2 <${LIMITED}>: Message is larger than the whole mailbox may be`;
const TAKEN = '250 2.0.0 Ok: queued as ID';

test('a message larger than was declared, or not declared, is judged by its size before the 250', async () => {
  const { bring, filed, journeyLog, log } = houseWith(8_000);
  assert.deepEqual(await bring([LIMITED]), [FULL]);
  assert.deepEqual(await bring([LIMITED], MESSAGE, 'smtp', 100), [FULL]);
  assert.deepEqual(await bring([LIMITED], HUGE, 'smtp', 100), [NEVER]);
  assert.deepEqual(filed, []);
  const judged = journeyLog.ofKind('judged').filter(({ stage }) => stage === 'content');
  assert.deepEqual(
    judged.map(({ outcome, rule, facts }) => [outcome, rule, facts['room'], facts['sizeBytes']]),
    [
      ['defer', 'quota', 'full', MESSAGE.length],
      ['defer', 'quota', 'full', MESSAGE.length],
      ['reject', 'quota', 'never', HUGE.length],
    ],
  );
  assert.ok(log.lines.some(({ text }) => text.includes(`reject: END-OF-MESSAGE from unknown[192.0.2.1]: ${FULL}`)));
  assert.deepEqual(await bring([LIMITED], 'x: y\r\n\r\n'), [TAKEN]);
});

test('SMTP has one reply for all: who has room gets it, and only where nobody has is it refused', async () => {
  const { bring, receivers, usage } = houseWith(8_000);
  assert.deepEqual(await bring([LIMITED, OTHER]), [TAKEN]);
  assert.deepEqual(receivers(), [LIMITED, OTHER], 'nothing is dropped');
  assert.deepEqual(await bring([LIMITED, 'todos@valija.test']), [TAKEN], 'an alias of which one has room');
  usage.set(LIMITED, 9_000);
  assert.deepEqual(await bring([LIMITED, LIMITED]), [FULL]);
});

test('LMTP has a reply for each: the others get theirs, and no promise is made for who has no room', async () => {
  const { bring, receivers, entries, journeyLog } = houseWith(8_000);
  assert.deepEqual(await bring([LIMITED, OTHER], MESSAGE, 'lmtp'), [FULL, TAKEN]);
  assert.deepEqual(receivers(), [OTHER]);
  assert.deepEqual(
    entries[0]?.envelope.recipients.map(({ address }) => address.localPart),
    ['info'],
  );
  const judged = journeyLog.ofKind('judged').filter(({ stage }) => stage === 'content');
  assert.deepEqual(
    judged.map(({ subject, outcome }) => [subject.startsWith('<') ? subject : 'all', outcome]),
    [
      [`<${LIMITED}>`, 'defer'],
      ['all', 'permit'],
    ],
  );
  assert.notEqual(findEnd(journeyLog.events.map(({ event }) => event)).kind, 'deferred');
  assert.deepEqual(await bring([LIMITED, OTHER], HUGE, 'lmtp', 10), [NEVER, TAKEN]);
  assert.deepEqual(await bring([LIMITED, LIMITED], MESSAGE, 'lmtp'), [FULL, FULL]);
});

test('what another rule refuses, is refused for who has no room in its own words', async () => {
  const { bring, receivers } = houseWith(8_000);
  const looped = `${'Received: by x; now\r\n'.repeat(51)}${MESSAGE}`;
  const replies = await bring([LIMITED, OTHER], looped, 'lmtp');
  assert.deepEqual(
    replies.map((reply) => reply.slice(0, 9)),
    ['554 5.4.6', '554 5.4.6'],
  );
  assert.deepEqual(receivers(), []);
});

test('an honest client, or a mailbox without a limit, costs no further question', async () => {
  const house = acceptanceHouse();
  const asked: string[] = [];
  const ask = house.world.mailStore.quotaUsage;
  house.world.mailStore.quotaUsage = async (account) => {
    asked.push(account);
    return ask(account);
  };
  const letter = { session: sessionAt('smtp'), from: 'ana@example.com', text: MESSAGE };
  await send(house, { ...letter, to: [LIMITED], parameters: { declaredSizeBytes: MESSAGE.length } });
  await send(house, { ...letter, to: [OTHER] });
  assert.deepEqual(asked, [LIMITED]);
});
