import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptanceHouse, type HouseOptions } from '../../../test/world/acceptance-house.ts';
import { memoryContent } from '../../../test/world/content.ts';
import { systemUsers } from '../../../test/world/routing-house.ts';
import { failingTable, literalTable, tablesOf } from '../../../test/world/tables.ts';
import type { LocalMessage } from './posting.ts';

const ASKED = { notify: undefined, orcpt: undefined };
const HOUSE: HouseOptions = {
  systemUsers: systemUsers(['root', 'usuario1', 'usuario2']),
  routing: { myorigin: 'valija.example' },
};

function letter(to: readonly string[], text: string, rest: Partial<LocalMessage> = {}): LocalMessage {
  return {
    user: { name: 'usuario1', uid: 1000, fullName: 'Usuario Uno' },
    sender: undefined,
    recipients: to.map((address) => ({ address, parameters: ASKED })),
    parameters: {
      declaredSizeBytes: undefined,
      body: '7BIT',
      smtpUtf8: false,
      auth: undefined,
      dsn: { ret: undefined, envid: undefined },
    },
    content: memoryContent(Buffer.from(text)),
    ...rest,
  };
}

async function contentOf({ entries }: ReturnType<typeof acceptanceHouse>, at = 0): Promise<string> {
  const { content } = entries[at]!;
  return (await content.read(0, content.sizeBytes)).toString();
}

test('[C13] [C2] mail of a user of the machine is completed: sender, From, To, Date, Message-ID', async () => {
  const house = acceptanceHouse(HOUSE);
  const { queueId, refused } = await house.posting.postLocal(
    letter(['usuario2@localhost'], 'To: usuario2@localhost, root (jefe)\r\nSubject: x\r\n\r\nhola\r\n'),
  );
  assert.deepEqual(refused, []);
  const [message] = house.queued;
  assert.deepEqual(
    [message!.sender, message!.origin, message!.queueId],
    ['usuario1@valija.example', 'usuario1', queueId],
  );
  assert.deepEqual(message!.recipients, [
    {
      address: 'usuario2@localhost',
      original: 'usuario2@localhost',
      parameters: ASKED,
      nextHop: { transport: 'local', user: 'usuario2', extension: undefined },
    },
  ]);
  assert.match(
    message!.prefix.toString(),
    /^Received: by mail\.valija\.test \(Valija, from user usuario1\)\r\n\tid \w+\r\n\tfor <usuario2@localhost>;\r\n\tSat, 21 Nov/,
  );
  assert.match(
    await contentOf(house),
    /^To: usuario2@localhost, root@valija\.example \(jefe\)\r\nSubject: x\r\nFrom: "Usuario Uno" <usuario1@valija\.example>\r\nDate: .*\r\nMessage-ID: <.*@mail\.valija\.test>\r\n\r\nhola\r\n$/,
  );
  assert.deepEqual(
    house.journeyLog.ofKind('planned').map((event) => event.action === 'queue' && event.nextHop),
    ['local:usuario2'],
  );
});

test('canonical_maps have their say in the envelope and in the header of local mail', async () => {
  const tables = tablesOf(literalTable('test:canonical', { 'usuario1@valija.example': 'uno@example.org' }));
  const house = acceptanceHouse({
    ...HOUSE,
    tables,
    routing: { ...HOUSE.routing, canonical_maps: ['test:canonical'] },
  });
  await house.posting.postLocal(letter(['ana@example.net'], 'From: Uno <usuario1>\r\n\r\nhola\r\n'));
  assert.equal(house.queued[0]!.sender, 'uno@example.org');
  assert.match(await contentOf(house), /^From: Uno <uno@example\.org>\r\n/);
});

test('a recipient who is refused for good is bounced, the others get theirs', async () => {
  const house = acceptanceHouse(HOUSE);
  const { refused } = await house.posting.postLocal(
    letter(['nadie@localhost', 'usuario1@valija.test', 'a@@b'], 'x: y\r\n\r\n'),
  );
  assert.deepEqual(
    refused.map(({ recipient, reply }) => [recipient, reply.code]),
    [
      ['nadie@localhost', 550],
      ['a@@b', 501],
    ],
  );
  assert.equal(house.filed.length, 1);
  assert.deepEqual(
    house.queued[0]!.recipients.map(({ nextHop }) => nextHop),
    [
      {
        transport: 'error',
        status: '5.1.1',
        text: '<nadie@localhost>: Recipient address rejected: User unknown in local recipient table',
      },
      { transport: 'error', status: '5.1.3', text: '<a@@b>: Bad recipient address syntax' },
    ],
  );
});

test('nobody waits for a mailbox that is full: the others get theirs, and who posted it a bounce', async () => {
  const house = acceptanceHouse(HOUSE);
  house.usage.set('usuario2@valija.test', 10_000);
  const to = ['usuario1@valija.test', 'usuario2@valija.test'];
  const { refused } = await house.posting.postLocal(letter(to, 'x: y\r\n\r\n'));
  assert.deepEqual(
    refused.map(({ recipient, reply }) => [recipient, reply.code, reply.enhanced]),
    [['usuario2@valija.test', 552, '5.2.2']],
  );
  assert.deepEqual(
    house.filed.map(({ account }) => account),
    ['usuario1@valija.test'],
  );
  assert.deepEqual(
    house.queued[0]!.recipients.map(({ nextHop }) => nextHop),
    [{ transport: 'error', status: '5.2.2', text: 'Mailbox is full' }],
  );
});

test('what is posted declares no size, and is judged by the one that it has', async () => {
  const house = acceptanceHouse(HOUSE);
  house.usage.set('usuario2@valija.test', 9_990);
  const to = ['usuario1@valija.test', 'usuario2@valija.test'];
  const { refused } = await house.posting.postLocal(letter(to, 'Subject: x\r\n\r\nhola\r\n'));
  assert.deepEqual(
    refused.map(({ recipient, reply }) => [recipient, reply.code]),
    [['usuario2@valija.test', 552]],
  );
});

test('where nobody could be told that a mailbox is full, mail for it waits', async () => {
  const house = acceptanceHouse(HOUSE);
  house.usage.set('usuario2@valija.test', 10_000);
  const octets = Buffer.from('x: y\r\n\r\n');
  const unsigned = letter(['usuario2@valija.test'], 'x: y\r\n\r\n', { sender: '' });
  await assert.rejects(house.posting.postLocal(unsigned), { transient: true });
  const bounce = { sender: '', recipient: 'usuario2@valija.test', octets, smtpUtf8: false };
  await assert.rejects(house.posting.ownMail.post(bounce), { transient: true });
  assert.equal(house.entries.length, 0);
});

test('content that is refused goes back whole, even where its header cannot be read', async () => {
  for (const text of [`${'Received: by x; now\r\n'.repeat(51)}\r\nhola\r\n`, `X: ${'y'.repeat(60_000)}\r\n\r\n`]) {
    const house = acceptanceHouse(HOUSE);
    await house.posting.postLocal(letter(['usuario2@localhost'], text));
    assert.equal(house.queued[0]!.recipients[0]!.nextHop.transport, 'error');
  }
});

test('what cannot be decided now is not promised', async () => {
  const house = acceptanceHouse({ ...HOUSE, tables: tablesOf(failingTable('t:x')), routing: { alias_maps: ['t:x'] } });
  await assert.rejects(house.posting.postLocal(letter(['usuario2@localhost'], 'x: y\r\n\r\n')), { transient: true });
  assert.equal(house.entries.length, 0);
});

test('a bounce of our own has no sender, no policy, and its octets stay what they are', async () => {
  const house = acceptanceHouse(HOUSE);
  const octets = Buffer.from('From: MAILER-DAEMON\r\nTo: ana@example.org\r\n\r\nLo sentimos\r\n');
  const queueId = await house.posting.ownMail.post({
    sender: '',
    recipient: 'ana@example.org',
    octets,
    smtpUtf8: false,
  });
  const [message] = house.queued;
  assert.deepEqual([message!.queueId, message!.sender, message!.origin], [queueId, '', 'own']);
  assert.deepEqual(message!.recipients[0]!.nextHop, { transport: 'smtp', destination: 'example.org' });
  assert.equal(await contentOf(house), octets.toString());
  assert.match(message!.prefix.toString(), /^Received: by mail\.valija\.test \(Valija\)\r\n\tid /);
});

test('a bounce to a user of ours is filed like all mail', async () => {
  const house = acceptanceHouse(HOUSE);
  await house.posting.ownMail.post({
    sender: '',
    recipient: 'usuario1@valija.test',
    octets: Buffer.from('x: y\r\n\r\n'),
    smtpUtf8: false,
  });
  assert.match(house.filed[0]!.text, /^Return-Path: <>\r\nDelivered-To: usuario1@valija\.test\r\nReceived: by /);
});

test('[C19] the journey and the log say who posted it, in the words that pflogsumm counts', async () => {
  const house = acceptanceHouse(HOUSE);
  await house.posting.postLocal(letter(['usuario2@localhost'], 'x: y\r\n\r\n'));
  const bounce = {
    sender: '',
    recipient: 'usuario1@valija.test',
    octets: Buffer.from('x: y\r\n\r\n'),
    smtpUtf8: false,
  };
  await house.posting.ownMail.post(bounce);
  assert.deepEqual(
    house.journeyLog.ofKind('posted').map(({ user }) => user),
    ['usuario1', undefined],
  );
  assert.match(house.log.text(), /^info pickup: \w+: uid=1000 from=<usuario1> /m);
  assert.match(house.log.text(), /^info bounce: \w+: client=local /m);
});
