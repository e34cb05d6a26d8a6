// What milters make of a message, over real connections.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthenticationFindings } from '#mail/ports/sender-authentication.ts';
import { sessionAt } from '../../../test/world/acceptance-house.ts';
import { memorySigner, testKey, verdictsOf } from '../../../test/world/dkim.ts';
import { number } from '../../../test/world/given-milter.ts';
import { atEnd, bring, filedText, houseWith, TEXT } from '../../../test/world/milter-house.ts';
import { literalTable, tablesOf } from '../../../test/world/tables.ts';

const POLICY = {
  spf_fail_action: 'accept',
  dmarc_policy_enforcement: true,
  authentication_temporary_error: 'accept',
  trusted_arc_sealers: [],
} as const;

const SIGNING = {
  dkim_internal_hosts: [],
  dkim_sign_subdomains: true,
  dkim_signature_ttl: 0,
  dkim_on_failure: 'defer',
} as const;

const OWN_WORD = ['Authentication-Results', 'mail.valija.test; dkim=none'] as const;

const FINDINGS: AuthenticationFindings = {
  spf: {
    ...{ result: 'pass', identity: 'mailfrom', domain: 'example.org', mechanism: 'mx', lookups: 1, voidLookups: 0 },
    ...{ explanation: undefined, reason: undefined },
  },
  dkim: [],
  unverifiedSignatures: 0,
  dmarc: {
    ...{ result: 'none', domain: 'example.org', policyDomain: undefined, policy: undefined, record: undefined },
    ...{ alignedSpf: undefined, alignedDkim: undefined, reason: undefined },
  },
  arc: { result: 'none', sets: [], reason: undefined },
  answers: [],
};

test('it changes header, body, sender and recipients at the end of the message [C24]', async () => {
  await using milter = await atEnd(
    ['h', 'X-Added', 'last\n\tfolded'],
    ['i', number(0), 'X-Top', 'above our Received'],
    ['i', number(2), 'X-Below', 'right below it'],
    ['m', number(1), 'Subject', 'otro'],
    ['m', number(1), 'From', ''],
    ['m', number(3), 'X-New', 'was not there'],
    ['e', '<other@example.org>'],
    ['+', '<usuario2@valija.test>'],
    ['-', '<usuario1@valija.test>'],
    ['b', Buffer.from('new ')],
    ['b', Buffer.from('body\n')],
    ['c'],
  );
  const house = houseWith([milter.name]);
  assert.match((await bring(house)).at(-1) ?? '', /^250 /);
  assert.deepEqual(
    house.filed.map(({ account }) => account),
    ['usuario2@valija.test'],
  );
  const lines = filedText(house).split('\r\n');
  assert.deepEqual(
    lines.map((line) => line.replace(/^(Received|\tby|\tfor|\t\w{3}, ).*/, '$1')),
    [
      'Return-Path: <other@example.org>',
      'Delivered-To: usuario2@valija.test',
      'X-Top: above our Received',
      'Received',
      '\tby',
      '\tfor',
      '\t' + 'Sat, ',
      'X-Below: right below it',
      'Subject: otro',
      'X-Added: last',
      '\tfolded',
      'X-New: was not there',
      '',
      'new body',
      '',
    ],
  );
  const changes = house.journeyLog.ofKind('amended');
  assert.ok(changes.every((event) => event.milter === milter.name));
  assert.deepEqual(
    changes.slice(0, 2).map(({ change }) => change),
    ['replaced body', 'added X-Added'],
  );
  assert.equal(house.ports.contentStore.openWriters, 0);
});

test('a milter that changes something else leaves the sender as canonical_maps have made it [C24]', async () => {
  await using milter = await atEnd(['h', 'X-Added', 'x'], ['c']);
  const house = houseWith([milter.name], {
    tables: tablesOf(literalTable('test:canonical', { 'ana@example.org': 'uno@example.net' })),
    routing: { sender_canonical_maps: ['test:canonical'] },
  });
  assert.match((await bring(house)).at(-1) ?? '', /^250 /);
  assert.match(filedText(house), /^Return-Path: <uno@example\.net>\r\n[\s\S]*\r\nX-Added: x\r\n/);
});

test('each milter sees what the former one made of it', async () => {
  await using first = await atEnd(
    ['h', 'X-First', '1'],
    ['i', number(0), 'X-Top', '0'],
    ['m', number(1), 'Subject', ''],
    ['b', Buffer.from('short\r\n')],
    ['c'],
  );
  await using second = await atEnd(['m', number(1), 'X-First', '2'], ['c']);
  const house = houseWith([first.name, second.name]);
  await bring(house);
  const fields = second.heard.filter((line) => line.startsWith('L '));
  assert.deepEqual(fields, ['L X-Top|0', 'L From|Ana <ana@example.org>', 'L X-First|1']);
  assert.equal(second.bodies[0]?.toString(), 'short\r\n');
  assert.match(filedText(house), /\r\nX-First: 2\r\n\r\nshort\r\n$/);
});

test('what it writes is one field each, and a body that ends nowhere but at its end [T2] [T11]', async () => {
  await using milter = await atEnd(
    ['h', 'X-A', 'one\r\nBcc: evil@example.net\r\n\r\nbody'],
    ['h', 'X-B', 'a\n\n.\n b\rQUIT'],
    ['b', Buffer.from('one\n.\nMAIL FROM:<evil@example.net>\r')],
    ['b', Buffer.from('\n.\r\rlast')],
    ['c'],
  );
  const house = houseWith([milter.name]);
  await bring(house);
  const text = filedText(house);
  assert.ok(
    text.endsWith(
      'X-A: one\r\n\tBcc: evil@example.net\r\n\tbody\r\nX-B: a\r\n\t.\r\n b\r\n\tQUIT\r\n\r\n' +
        'one\r\n.\r\nMAIL FROM:<evil@example.net>\r\n.\r\n\r\nlast\r\n',
    ),
    JSON.stringify(text),
  );
  assert.doesNotMatch(text, /\r(?!\n)|(?<!\r)\n/);
});

test('a recipient that it adds and that nobody can deliver to loses no mail', async () => {
  await using milter = await atEnd(['-', 'usuario1@valija.test'], ['+', 'nadie@valija.test'], ['c']);
  const house = houseWith([milter.name]);
  assert.match((await bring(house)).at(-1) ?? '', /^451 /);
  assert.match(house.log.text(), /a milter added <nadie@valija\.test>, where nothing can be delivered/);
});

test('a message without recipients is gone, as the milter wants it, and the journey says so', async () => {
  await using milter = await atEnd(['-', 'usuario1@valija.test'], ['c']);
  const house = houseWith([milter.name]);
  assert.match((await bring(house)).at(-1) ?? '', /^250 /);
  assert.equal(house.entries.length, 0);
  assert.equal(house.journeyLog.ofKind('discarded').length, 1);
});

test('quarantine: in a mailbox here it goes to Junk, what leaves waits in the queue', async () => {
  await using milter = await atEnd(['q', 'a virus'], ['c']);
  const house = houseWith([milter.name]);
  await bring(house, {
    session: sessionAt('submission', 'usuario1@valija.test'),
    from: 'usuario1@valija.test',
    to: ['usuario2@valija.test', 'ana@example.org'],
    text: 'From: usuario1@valija.test\r\n\r\nx\r\n',
  });
  assert.deepEqual(
    house.filed.map(({ mailbox }) => mailbox),
    ['Junk'],
  );
  assert.equal(house.queued[0]?.held, true);
  assert.match(house.log.text(), /milter-hold: END-OF-MESSAGE from \S+: milter triggers HOLD action;/);
});

test('it sees what we found out above, not our Received, and nothing that passes itself off as ours', async () => {
  await using milter = await atEnd(['m', number(1), 'Authentication-Results', ''], ['h', ...OWN_WORD], ['c']);
  const authentication = { judge: async () => FINDINGS };
  const house = houseWith([milter.name], { senderChecks: { authentication, policy: POLICY } });
  const text = `Authentication-Results: mail.valija.test; dkim=pass header.d=bank.example\r\nReceived: a\r\n${TEXT}`;
  assert.match((await bring(house, { text })).at(-1) ?? '', /^250 /);
  const seen = milter.heard.filter((line) => line.startsWith('L ')).map((line) => line.slice(2).split('|')[0]);
  assert.deepEqual(seen, ['Authentication-Results', 'Received-SPF', 'Received', 'From', 'Subject']);
  const results = filedText(house).match(/^Authentication-Results: .*$/gm);
  assert.deepEqual(results, [`Authentication-Results: ${OWN_WORD[1]}`]);
});

test('what we sign is what the milters made of it, and no key twice', async () => {
  const [rsa, other] = [testKey('valija.test', 'a', 'rsa-sha256'), testKey('valija.test', 'b', 'rsa-sha256')];
  await using milter = await atEnd(
    ['m', number(1), 'Subject', 'otro'],
    ['i', number(0), 'DKIM-Signature', 'v=1; a=rsa-sha256; d=VALIJA.test;\n\ts=a; h=from; bh=; b='],
    ['c'],
  );
  for (const skips of [true, false]) {
    const settings = { ...SIGNING, dkim_skip_milter_signed: skips };
    const signing = { signer: memorySigner({ 'valija.test': [rsa, other] }), settings };
    const house = houseWith([milter.name], { signing });
    await bring(house, {
      session: sessionAt('submission', 'usuario1@valija.test'),
      from: 'usuario1@valija.test',
      text: 'From: usuario1@valija.test\r\nSubject: uno\r\n\r\nx\r\n',
    });
    const verdicts = await verdictsOf(Buffer.from(filedText(house)), [rsa, other], house.clock.nowMs());
    const good = verdicts.filter(({ result }) => result === 'pass').map(({ selector }) => selector);
    assert.deepEqual(good, skips ? ['b'] : ['a', 'b']);
  }
});

test('a message that begins with its body is mended before a field comes above it', async () => {
  await using milter = await atEnd(['h', 'X-A', 'b'], ['c']);
  const house = houseWith([milter.name]);
  await bring(house, { text: ' no header\r\nX-B: body\r\n' });
  assert.ok(filedText(house).endsWith('X-A: b\r\n\r\n no header\r\nX-B: body\r\n'), filedText(house));
  const whole = houseWith([milter.name]);
  await bring(whole, { text: 'Subject: only a header\r\n' });
  assert.ok(filedText(whole).endsWith('Subject: only a header\r\nX-A: b\r\n\r\n'), filedText(whole));
});

test('LMTP: one reply for each recipient, whoever the milter takes out', async () => {
  await using milter = await atEnd(['-', 'usuario1@valija.test'], ['c']);
  const house = houseWith([milter.name]);
  const to = ['usuario1@valija.test', 'usuario2@valija.test'];
  const said = await bring(house, { session: sessionAt('lmtp'), to });
  assert.deepEqual(said.slice(3), ['250 2.0.0 Ok: queued as ID', '250 2.0.0 Ok: queued as ID']);
  assert.deepEqual(
    house.filed.map(({ account }) => account),
    ['usuario2@valija.test'],
  );
});
