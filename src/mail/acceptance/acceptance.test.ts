import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { RecipientParameters, SessionFacts } from '#mail/acceptance/envelope.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import { acceptanceHouse, send, sessionAt } from '../../../test/world/acceptance-house.ts';
import { diskFull } from '../../../test/world/content.ts';
import { literalTable, tablesOf } from '../../../test/world/tables.ts';

const HOLA =
  'From: Ana <ana@example.com>\r\nSubject: =?utf-8?q?Ma=C3=B1ana?=\r\nMessage-ID: <1@example.com>\r\n\r\nHola\r\n';

test('[C27] a message from a stranger is filed as it came, below its trace headers', async () => {
  const world = acceptanceHouse();
  const said = await send(world, {
    session: sessionAt('smtp'),
    from: 'ana@example.com',
    to: ['usuario1@valija.test'],
    text: HOLA,
  });
  assert.deepEqual(said, ['250 2.1.0 Ok', '250 2.1.5 Ok', '250 2.0.0 Ok: queued as ID']);
  const [copy] = world.filed;
  assert.match(
    copy!.text,
    /^Return-Path: <ana@example\.com>\r\nDelivered-To: usuario1@valija\.test\r\nReceived: from /,
  );
  assert.match(copy!.text, /with ESMTP id \w+\r\n\tfor <usuario1@valija\.test>;/);
  assert.ok(copy!.text.endsWith(`\r\n${HOLA}`));
  assert.deepEqual([copy!.mailbox, copy!.request.mode], ['INBOX', 'deliver']);
});

test('[C27] the null sender is accepted, an unknown user is not, and the refusal is logged', async () => {
  const world = acceptanceHouse();
  const said = await send(world, {
    session: sessionAt('smtp'),
    from: '',
    to: ['nadie@valija.test', 'usuario2@valija.test'],
    text: HOLA,
  });
  assert.equal(said[1], '550 5.1.1 <nadie@valija.test>: Recipient address rejected: User unknown');
  assert.match(world.filed[0]!.text, /^Return-Path: <>\r\n/);
  const refusal = world.log.lines.find(({ text }) => text.startsWith('NOQUEUE'));
  assert.deepEqual(
    [refusal?.area, refusal?.text, refusal?.fields],
    [
      'smtpd',
      'NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 550 5.1.1 <nadie@valija.test>: Recipient address rejected: ' +
        'User unknown; from=<> to=<nadie@valija.test> proto=ESMTP helo=<cliente.example>',
      { rule: 'reject_unlisted_recipient', journey: world.journeyLog.events[0]?.key },
    ],
  );
});

test('[C54] a stranger may not relay, and not by way of a login on 25 either', async () => {
  const world = acceptanceHouse();
  const said = await send(world, {
    session: sessionAt('smtp'),
    from: 'usuario1@valija.test',
    to: ['ana@example.com'],
    text: HOLA,
  });
  assert.deepEqual(said, ['250 2.1.0 Ok', '554 5.7.1 <ana@example.com>: Relay access denied']);
});

test('[C63] two domains, same local part: two mailboxes', async () => {
  const world = acceptanceHouse();
  await send(world, {
    session: sessionAt('smtp'),
    from: 'ana@example.com',
    to: ['info@valija.test', 'info@escuela.test'],
    text: HOLA,
  });
  assert.deepEqual(
    world.filed.map(({ account }) => account),
    ['info@valija.test', 'info@escuela.test'],
  );
});

test('one copy for each account, however it is named; each says how it was reached', async () => {
  const world = acceptanceHouse();
  await send(world, {
    session: sessionAt('smtp'),
    from: 'ana@example.com',
    to: ['todos@valija.test', 'usuario2@valija.test', 'usuario2+x@valija.test'],
    text: HOLA,
  });
  assert.deepEqual(
    world.filed.map(({ account }) => account),
    ['usuario1@valija.test', 'usuario2@valija.test'],
  );
  assert.match(
    world.filed[1]!.text,
    /X-Original-To: todos@valija\.test\r\nDelivered-To: usuario2@valija\.test\r\nDelivered-To: usuario2\+x@valija\.test\r\n/,
  );
});

test('[C75] exactly one Return-Path, and a loop is stopped', async () => {
  const world = acceptanceHouse();
  const letter = { session: sessionAt('smtp'), from: 'ana@example.com', to: ['usuario1@valija.test'] };
  await send(world, { ...letter, text: `Return-Path: <other@example.com>\r\n${HOLA}` });
  assert.equal(world.filed[0]!.text.match(/^Return-Path:/gm)?.length, 1);
  const said = await send(world, { ...letter, text: `${'Received: by x; now\r\n'.repeat(51)}${HOLA}` });
  assert.match(said.at(-1)!, /^554 5\.4\.6 /);
  assert.equal(world.filed.length, 1);
});

test('a message typed without a header keeps its text apart from our trace headers', async () => {
  const world = acceptanceHouse();
  await send(world, {
    session: sessionAt('smtp'),
    from: 'ana@example.com',
    to: ['usuario1@valija.test'],
    text: 'Hola\r\n',
  });
  assert.match(world.filed[0]!.text, /\+0000\r\n\r\nHola\r\n$/);
});

test('quota is judged at RCPT, with the declared size; an alias does not wait for its full member', async () => {
  const world = acceptanceHouse();
  world.usage.set('usuario2@valija.test', 9_000);
  const letter = { session: sessionAt('smtp'), from: 'ana@example.com', text: HOLA };
  const to = ['usuario2@valija.test'];
  const sized = (declaredSizeBytes: number) => ({ ...letter, to, parameters: { declaredSizeBytes } });
  assert.match((await send(world, sized(2_000)))[1]!, /^452 4\.2\.2/);
  assert.match((await send(world, sized(20_000)))[1]!, /^552 5\.2\.2/);
  assert.match((await send(world, sized(500)))[1]!, /^250/);
  world.usage.set('usuario2@valija.test', 10_000);
  assert.match((await send(world, { ...letter, to }))[1]!, /^452 4\.2\.2/);
  assert.match((await send(world, { ...letter, to: ['todos@valija.test'] }))[1]!, /^250/);
});

test('a directory out of reach means later, at MAIL and at RCPT', async () => {
  const world = acceptanceHouse();
  world.directory.outOfReach = true;
  const login = sessionAt('submission', 'usuario1@valija.test');
  const letter = { to: ['usuario2@valija.test'], text: HOLA };
  assert.deepEqual(await send(world, { ...letter, session: login, from: 'usuario1@valija.test' }), [
    '451 4.3.0 Temporary failure, try again later',
  ]);
  assert.equal(
    (await send(world, { ...letter, session: sessionAt('smtp'), from: 'ana@example.com' }))[1],
    '451 4.3.0 Temporary failure, try again later',
  );
});

test('a plan that cannot be promised is put off for all', async () => {
  const world = acceptanceHouse();
  world.failures.set('usuario2@valija.test', new WorldError('append', { transient: true }));
  const letter = { from: 'ana@example.com', to: ['info@valija.test', 'usuario2@valija.test'], text: HOLA };
  const smtp = await send(world, { ...letter, session: sessionAt('smtp') });
  assert.deepEqual(smtp.slice(3), ['451 4.3.0 Temporary failure, try again later']);
  const lmtp = await send(world, { ...letter, session: sessionAt('lmtp') });
  assert.deepEqual(lmtp.slice(3), Array(2).fill('451 4.3.0 Temporary failure, try again later'));
});

test('LMTP hears a refused content once for each recipient', async () => {
  const said = await send(acceptanceHouse(), {
    session: sessionAt('lmtp'),
    from: 'ana@example.com',
    to: ['info@valija.test', 'nadie@valija.test', 'info@escuela.test'],
    text: `${'Received: by x; now\r\n'.repeat(51)}${HOLA}`,
  });
  assert.deepEqual(
    said.map((reply) => reply.slice(0, 9)),
    ['250 2.1.0', '250 2.1.5', '550 5.1.1', '250 2.1.5', '554 5.4.6', '554 5.4.6'],
  );
});

test('a full disk is said as such, and nothing is promised', async () => {
  const world = acceptanceHouse();
  world.failures.set('info@valija.test', diskFull());
  const said = await send(world, {
    session: sessionAt('smtp'),
    from: 'ana@example.com',
    to: ['info@valija.test'],
    text: HOLA,
  });
  assert.equal(said.at(-1), '452 4.3.1 Insufficient system storage, try again later');
  assert.equal(world.journeyLog.ofKind('committed').length, 0);
});

test("the log tells a delivery in Postfix's lines", async () => {
  const world = acceptanceHouse();
  await send(world, {
    session: sessionAt('submission', 'usuario1@valija.test'),
    from: 'usuario1@valija.test',
    to: ['todos@valija.test'],
    text: 'From: usuario1@valija.test\r\nDate: x\r\nMessage-ID: <1@valija.test>\r\n\r\nHola\r\n',
  });
  const lines = world.log.lines.map(({ area, text }) => `${area}: ${text.replace(/^\w+:/, 'ID:')}`);
  assert.deepEqual(lines, [
    'submission/smtpd: ID: client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=usuario1@valija.test',
    'cleanup: ID: message-id=<1@valija.test>',
    'qmgr: ID: from=<usuario1@valija.test>, size=429, nrcpt=2 (queue active)',
    'virtual: ID: to=<usuario1@valija.test>, orig_to=<todos@valija.test>, relay=virtual, delay=0, delays=0/0/0/0, ' +
      'dsn=2.0.0, status=sent (delivered to mailbox INBOX)',
    'virtual: ID: to=<usuario2@valija.test>, orig_to=<todos@valija.test>, relay=virtual, delay=0, delays=0/0/0/0, ' +
      'dsn=2.0.0, status=sent (delivered to mailbox INBOX)',
    'qmgr: ID: removed',
  ]);
});

test('[C29] strangers wait for what the next server says; our own people need not', async () => {
  const asked: string[] = [];
  const recipientProbe: RecipientProbe = {
    async probe(address, { destination }) {
      asked.push(`${address} at ${destination}`);
      return address.startsWith('ana@')
        ? { kind: 'deliverable', text: '250 Ok' }
        : { kind: 'undeliverable', text: 'nobody' };
    },
  };
  const world = acceptanceHouse({ recipientProbe, routing: { relay_domains: ['relay.test'] } });
  const bring = (session: SessionFacts, ...to: string[]) =>
    send(world, { session, from: 'eva@example.com', to, text: HOLA });
  const near = { ...sessionAt('smtp').connection, clientAddress: '198.51.100.7' };
  const said = await bring(sessionAt('smtp'), 'nadie@relay.test', 'ana@relay.test', 'usuario1@valija.test');
  assert.deepEqual(said.slice(1, 4), [
    '450 4.1.1 <nadie@relay.test>: Recipient address rejected: undeliverable address: nobody',
    '250 2.1.5 Ok',
    '250 2.1.5 Ok',
  ]);
  assert.deepEqual(asked, ['nadie@relay.test at relay.test', 'ana@relay.test at relay.test']);
  assert.equal((await bring({ ...sessionAt('smtp'), connection: near }, 'nadie@relay.test'))[1], '250 2.1.5 Ok');
  assert.equal((await bring(sessionAt('smtp'), 'nadie@example.org'))[1]?.slice(0, 3), '554');
  assert.equal(asked.length, 2);
  const judged = world.journeyLog.ofKind('judged').find(({ rule }) => rule === 'reject_unverified_recipient');
  assert.equal(judged?.facts['verified'], 'nobody');
});

test('NOTIFY=SUCCESS: what is filed here is handed to the queue to be reported, and to nobody else', async () => {
  const { connection, ...rest } = sessionAt('smtp');
  const session = { ...rest, connection: { ...connection, clientAddress: '198.51.100.7' } };
  const reported = async (to: string[], notify: RecipientParameters['notify'], from = 'eva@example.org') => {
    const world = acceptanceHouse();
    await send(world, { session, from, to, text: HOLA, notify });
    assert.ok(
      !world.journeyLog.ofKind('planned').some((event) => event.action === 'queue' && !event.nextHop.includes(':')),
    );
    return world.queued.flatMap(({ recipients }) =>
      recipients.map(({ address, original, nextHop, parameters }) =>
        [address, original, nextHop.transport === 'done' ? nextHop.end : nextHop.transport, parameters.notify].join(
          ' ',
        ),
      ),
    );
  };
  const success = ['SUCCESS', 'FAILURE'] as const;
  assert.deepEqual(await reported(['uno@valija.test'], success), [
    'uno@valija.test uno@valija.test delivered SUCCESS,FAILURE',
  ]);
  assert.deepEqual(await reported(['todos@valija.test'], success), [
    'todos@valija.test todos@valija.test expanded SUCCESS,FAILURE',
  ]);
  assert.deepEqual(await reported(['usuario2@valija.test', 'ana@example.com'], ['SUCCESS']), [
    'ana@example.com ana@example.com smtp SUCCESS',
    'usuario2@valija.test usuario2@valija.test delivered SUCCESS',
  ]);
  assert.deepEqual(await reported(['usuario2@valija.test'], ['FAILURE', 'DELAY']), []);
  assert.deepEqual(await reported(['usuario2@valija.test'], success, ''), [], 'nobody is told of a bounce');
});

test('[C32] NOTIFY=SUCCESS of an alias: it is told as expanded, and its members are not told of', async () => {
  const tables = tablesOf(
    literalTable('test:virtual', { 'lista@valija.test': 'usuario1@valija.test, ana@example.com' }),
  );
  const world = acceptanceHouse({ tables, routing: { virtual_alias_maps: ['test:virtual'] } });
  const letter = { session: sessionAt('smtp'), from: 'eva@example.org', to: ['lista@valija.test'], text: HOLA };
  await send(world, { ...letter, notify: ['SUCCESS'] });
  await send(world, { ...letter, notify: ['SUCCESS', 'DELAY'] });
  assert.deepEqual(
    world.queued.map(({ recipients }) =>
      recipients.map(({ address, parameters }) => [address, ...(parameters.notify ?? [])]),
    ),
    [
      [
        ['ana@example.com', 'NEVER'],
        ['lista@valija.test', 'SUCCESS'],
      ],
      [
        ['ana@example.com', 'DELAY'],
        ['lista@valija.test', 'SUCCESS', 'DELAY'],
      ],
    ],
  );
  assert.equal(world.filed.length, 2);
});

test('the journey of a message has every step, under its queue id', async () => {
  const world = acceptanceHouse();
  const session = sessionAt('smtp');
  await world.acceptance.decideConnection(session);
  await world.acceptance.decideGreeting(session);
  await send(world, { session, from: 'ana@example.com', to: ['usuario1@valija.test'], text: HOLA });
  assert.deepEqual(
    world.journeyLog.events.map(({ event }) => event.kind),
    [
      'connected',
      'greeted',
      'joined',
      'judged',
      'routed',
      'judged',
      'received',
      'judged',
      'planned',
      'filed',
      'committed',
    ],
  );
  const keys = new Set(world.journeyLog.events.slice(2).map(({ key }) => key));
  assert.equal(keys.size, 1);
  assert.equal(world.journeyLog.ofKind('received')[0]?.subject, 'Mañana');
});
