// Milters that are not there, or say what nobody understands: milter_default_action holds, and no mail is lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenMilter, type MilterSaid, number, packet, type SaidPacket } from '../../../test/world/given-milter.ts';
import { atEnd, bring, filedText, houseWith, TEXT } from '../../../test/world/milter-house.ts';
import { milterNamed } from '../../../test/world/milters.ts';

test('what cannot be a field, an address or a body is its mistake, and nothing of it is done', async () => {
  const wrong: readonly (readonly SaidPacket[])[] = [
    [['h', 'X A', 'x']],
    [['h', '', 'x']],
    [
      ['h', 'X-Fine', 'x'],
      ['h', 'Bcc: y\r\nX', 'x'],
    ],
    [['e', '<ana@@example.org>']],
    [['+', '']],
    [['-', 'a b@example.org']],
    [
      ['b', Buffer.alloc(90_000, 'x')],
      ['b', Buffer.alloc(90_000, 'x')],
      ['b', Buffer.alloc(1)],
    ],
    Array.from({ length: 1_001 }, (): SaidPacket => ['h', 'X-Many', 'x']),
    [
      ['h', 'X-Long', 'x'.repeat(600_000)],
      ['h', 'X-Long', 'x'.repeat(600_000)],
    ],
  ];
  for (const changes of wrong) {
    await using milter = await atEnd(...changes, ['c']);
    for (const defaultAction of ['tempfail', 'accept'] as const) {
      const house = houseWith([milterNamed(milter.name, { defaultAction })]);
      const said = await bring(house);
      const name = JSON.stringify(changes.slice(0, 2)).slice(0, 80);
      assert.match(said.at(-1) ?? '', defaultAction === 'accept' ? /^250 / : /^451 4\.7\.1 Service unavailable/, name);
      assert.match(house.log.text(), /warning: milter inet:/, name);
      if (defaultAction === 'accept') assert.ok(filedText(house).endsWith(TEXT), name);
      else assert.equal(house.entries.length, 0, name);
      assert.equal(house.ports.contentStore.openWriters, 0, name);
    }
  }
});

test('a milter that is not there, closes or says rubbish, in every state: milter_default_action, and no mail lost', async () => {
  const failures: readonly MilterSaid[] = [
    'close',
    { raw: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') },
    [['z']],
    [['c', 'x']],
  ];
  for (const letter of 'OCHMRTLNBE') {
    for (const failure of failures) {
      await using milter = await givenMilter({
        answer: (told) => (told.letter === letter ? failure : told.letter === 'O' ? undefined : [['c']]),
      });
      const how = `${letter} ${JSON.stringify(failure)}`;
      const deferred = houseWith([milterNamed(milter.name)]);
      const said = await bring(deferred);
      assert.match(said.at(-1) ?? '', /451/, how);
      assert.equal(deferred.entries.length, 0, how);
      assert.match(deferred.log.text(), /warning: milter inet:/, how);
      assert.equal(deferred.journeyLog.ofKind('judged').at(-1)?.rule, 'milter_default_action', how);
      const accepted = houseWith([milterNamed(milter.name, { defaultAction: 'accept' })]);
      assert.match((await bring(accepted)).at(-1) ?? '', /^250 /, how);
      assert.ok(filedText(accepted).endsWith(TEXT), how);
    }
  }
});

test('what a milter says without being asked is not taken for its next answer', async () => {
  const twice = { raw: Buffer.concat([packet(['c']), packet(['a'])]) };
  await using milter = await givenMilter({
    answer: ({ letter }) => (letter === 'O' ? undefined : letter === 'M' ? twice : [['c']]),
  });
  const house = houseWith([milter.name]);
  assert.match((await bring(house)).at(-1) ?? '', /^451 4\.7\.1/);
  assert.match(house.log.text(), /can't read its reply to recipient: before it was asked, it spoke/);
});

test('the other default actions, and a milter that refuses connections', async () => {
  const gone = await givenMilter();
  await gone[Symbol.asyncDispose]();
  const house = (defaultAction: 'reject' | 'quarantine' | 'shutdown') =>
    houseWith([milterNamed(gone.name, { defaultAction })]);
  assert.deepEqual(await bring(house('reject')), ['550 5.5.0 Service unavailable']);
  assert.deepEqual(await bring(house('shutdown')), ['connect: 421']);
  const held = house('quarantine');
  assert.match((await bring(held)).at(-1) ?? '', /^250 /);
  assert.equal(held.filed[0]?.mailbox, 'Junk');
  assert.match(held.log.text(), /warning: connect to Milter service inet:\S+: Connection refused/);
});

test('a milter that is slow, or at work for ever, is given up', async () => {
  const forever = Buffer.concat([number(1), Buffer.from('p')]);
  await using silent = await givenMilter({
    answer: ({ letter }) => (letter === 'O' ? undefined : letter === 'E' ? [] : [['c']]),
  });
  await using busy = await givenMilter({
    answer({ letter }, socket) {
      if (letter !== 'E') return letter === 'O' ? undefined : [['c']];
      const timer = setInterval(() => socket.write(forever), 5);
      socket.on('close', () => clearInterval(timer));
      return [];
    },
  });
  const times = { contentTimeoutMs: 300, progressTimeoutMs: 600 };
  for (const { name } of [silent, busy]) {
    const house = houseWith([milterNamed(name, times)]);
    assert.match((await bring(house)).at(-1) ?? '', /^451 4\.7\.1/);
    assert.match(house.log.text(), /can't read its reply to end-of-message: Connection timed out/);
  }
  await using late = await givenMilter({
    answer: ({ letter }) => (letter === 'O' ? undefined : letter === 'E' ? [['p'], ['p'], ['c']] : [['c']]),
  });
  assert.match((await bring(houseWith([milterNamed(late.name, times)]))).at(-1) ?? '', /^250 /);
});
