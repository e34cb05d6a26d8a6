import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { createImmediateJournal } from '#mail/filing/immediate-journal.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { AppendRequest, MailStore } from '#mail/ports/mail-store.ts';
import { DEFAULT_ALIAS_LIMITS } from '#mail/routing/find-route.ts';
import { formatReply, type SmtpReply } from '#protocols/smtp/reply.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { diskFull, memoryContent } from '../../../test/world/content.ts';
import { addrSpec, memoryDirectory } from '../../../test/world/directory.ts';
import { collectingJourneys } from '../../../test/world/journeys.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { createAcceptance } from './acceptance.ts';
import type { SenderParameters, ServiceProfile, SessionFacts } from './envelope.ts';
import { createQueueIds } from './queue-id.ts';

const TLS = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256, serverName: undefined };

const SENDER: SenderParameters = {
  declaredSizeBytes: undefined,
  body: '7BIT',
  smtpUtf8: false,
  auth: undefined,
  dsn: { ret: undefined, envid: undefined },
};

const SETTINGS = {
  myhostname: 'mail.valija.test',
  message_size_limit: 100_000,
  header_size_limit: 50_000,
  hopcount_limit: 50,
  smtpd_recipient_limit: 100,
};

/** A mail store that only takes in, and may fail for one account. */
function intake() {
  const filed: { account: string; mailbox: string; text: string; request: AppendRequest }[] = [];
  const failures = new Map<string, WorldError>();
  const usage = new Map<string, number>();
  const store: Pick<MailStore, 'append' | 'quotaUsage'> = {
    async quotaUsage(account) {
      return { sizeBytes: usage.get(account) ?? 0, messages: 0 };
    },
    async append(account, mailbox, requests) {
      const failure = failures.get(account);
      if (failure) throw failure;
      for (const request of requests) {
        const body = await request.content.read(0, request.content.sizeBytes);
        filed.push({ account, mailbox, text: Buffer.concat([request.prefix, body]).toString(), request });
      }
      return { ok: true, value: { uidValidity: 1, uids: requests.map((_, i) => filed.length + i) } };
    },
  };
  return { store, filed, failures, usage };
}

function house() {
  const clock = fixedClock();
  const directory = memoryDirectory({
    domains: ['valija.test', 'escuela.test'],
    accounts: [
      { address: 'usuario1@valija.test', addresses: ['uno@valija.test'] },
      { address: 'usuario2@valija.test', quotaBytes: 10_000 },
      { address: 'info@valija.test' },
      { address: 'info@escuela.test' },
    ],
    aliases: { 'todos@valija.test': ['usuario1@valija.test', 'usuario2@valija.test'] },
  });
  const log = collectingLog();
  const journeyLog = collectingJourneys(clock);
  const { store, filed, failures, usage } = intake();
  const acceptance = createAcceptance({
    clock,
    nextQueueId: createQueueIds(clock, seededRandomness()),
    directory,
    mailStore: store,
    journal: createImmediateJournal(store, clock, journeyLog, log),
    journeyLog,
    log,
    settings: SETTINGS,
    aliasLimits: DEFAULT_ALIAS_LIMITS,
  });
  return { acceptance, directory, clock, log, journeyLog, filed, failures, usage };
}

function sessionAt(profile: ServiceProfile, login?: string): SessionFacts {
  return {
    profile,
    connection: {
      connectionId: 'c1',
      clientAddress: '192.0.2.1',
      clientPort: 40_000,
      serverAddress: '192.0.2.25',
      serverPort: 25,
    },
    tls: login === undefined ? undefined : TLS,
    helo: 'cliente.example',
    extended: true,
    login: login === undefined ? undefined : { account: login as AccountId, mechanism: 'PLAIN' },
  };
}

interface Letter {
  readonly session: SessionFacts;
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly parameters?: Partial<SenderParameters>;
}

/** One message from MAIL to its replies, each as the client reads it. */
async function send({ acceptance }: ReturnType<typeof house>, { session, from, to, text, parameters }: Letter) {
  const said: string[] = [];
  const hear = (reply: SmtpReply) =>
    said.push(
      formatReply(reply)
        .trimEnd()
        .replace(/as \S+$/, 'as ID'),
    );
  const opening = await acceptance.openTransaction(session, from === '' ? undefined : addrSpec(from), {
    ...SENDER,
    ...parameters,
  });
  hear(opening.verdict.reply);
  if (opening.transaction === undefined) return said;
  let accepted = 0;
  for (const recipient of to) {
    const verdict = await opening.transaction.addRecipient(addrSpec(recipient), {
      notify: undefined,
      orcpt: undefined,
    });
    if (verdict.outcome === 'permit') accepted++;
    hear(verdict.reply);
  }
  if (accepted === 0) opening.transaction.abandon('reset');
  else {
    const { replies } = await opening.transaction.decideContent(memoryContent(Buffer.from(text)));
    for (const reply of replies) hear(reply);
  }
  return said;
}

const HOLA =
  'From: Ana <ana@example.com>\r\nSubject: =?utf-8?q?Ma=C3=B1ana?=\r\nMessage-ID: <1@example.com>\r\n\r\nHola\r\n';

test('[C27] a message from a stranger is filed as it came, below its trace headers', async () => {
  const world = house();
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
  const world = house();
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
      { rule: 'reject_unlisted_recipient' },
    ],
  );
});

test('[C54] a stranger may not relay, and not by way of a login on 25 either', async () => {
  const world = house();
  const said = await send(world, {
    session: sessionAt('smtp'),
    from: 'usuario1@valija.test',
    to: ['ana@example.com'],
    text: HOLA,
  });
  assert.deepEqual(said, ['250 2.1.0 Ok', '554 5.7.1 <ana@example.com>: Relay access denied']);
});

test('[C63] two domains, same local part: two mailboxes', async () => {
  const world = house();
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
  const world = house();
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

test('[C55] [C74] submission completes the message, and Bcc does not leave', async () => {
  const world = house();
  const said = await send(world, {
    session: sessionAt('submission', 'usuario1@valija.test'),
    from: 'usuario1@valija.test',
    to: ['usuario2@valija.test'],
    text: 'From: usuario1@valija.test\r\nBcc: usuario2@valija.test\r\n\r\nHola\r\n',
  });
  assert.equal(said.at(-1), '250 2.0.0 Ok: queued as ID');
  const { text } = world.filed[0]!;
  assert.match(text, /with ESMTPSA id /);
  assert.match(
    text,
    /\r\nDate: Sat, 21 Nov 2026 10:00:00 \+0000\r\nMessage-ID: <20261121100000\.\w+@mail\.valija\.test>\r\n\r\nHola\r\n$/,
  );
  assert.doesNotMatch(text, /Bcc/);
  assert.ok(world.journeyLog.ofKind('received')[0]?.messageId?.includes('@mail.valija.test'));
});

test('[C55] the envelope sender belongs to the login, plus-addresses included', async () => {
  const session = sessionAt('submission', 'usuario1@valija.test');
  const letter = { session, to: ['usuario2@valija.test'], text: 'From: uno@valija.test\r\n\r\nHola\r\n' };
  for (const from of ['uno@valija.test', 'Usuario1+lista@valija.test', '']) {
    assert.equal((await send(house(), { ...letter, from })).at(-1), '250 2.0.0 Ok: queued as ID', from);
  }
  for (const from of ['usuario2@valija.test', 'todos@valija.test', 'ana@example.com']) {
    assert.match((await send(house(), { ...letter, from })).at(-1)!, /^553 5\.7\.1 /, from);
  }
});

test('[C55] [T16] From and Sender belong to the login, however they are written', async () => {
  const session = sessionAt('submissions', 'usuario1@valija.test');
  const letter = { session, from: 'usuario1@valija.test', to: ['usuario2@valija.test'] };
  const cases: readonly [string, RegExp][] = [
    ['From: "usuario2@valija.test" <usuario1@valija.test>', /^250/],
    ['From: usuario1@valija.test, uno@valija.test\r\nSender: uno@valija.test', /^250/],
    ['From: USUARIO1@Valija.Test (hola, profe)', /^250/],
    ['From: usuario2@valija.test', /^553 5\.7\.1 <usuario2@valija\.test>/],
    ['From: usuario1@valija.test, usuario2@valija.test', /^553 5\.7\.1/],
    ['From: usuario1@valija.test\r\nSender: usuario2@valija.test', /^553 5\.7\.1/],
    ['From: usuario1@valija.test(x)example.com', /^250/],
    ['From: ana@example.com(x)valija.test', /^553 5\.7\.1 <ana@example\.com>/],
    ['From: "usuario1@valija.test x"@interno.test', /^553 5\.7\.1 <"usuario1@valija\.test x"@interno\.test>/],
    ['From: usuario1@valija.test\r\nFrom: usuario2@valija.test', /^554 5\.6\.0/],
    ['From: undisclosed:;', /^554 5\.6\.0/],
    ['From: nadie', /^554 5\.6\.0/],
    ['From:', /^554 5\.6\.0/],
  ];
  for (const [header, expected] of cases) {
    const said = await send(house(), { ...letter, text: `${header}\r\n\r\nHola\r\n` });
    assert.match(said.at(-1)!, expected, header);
  }
});

test('[C75] exactly one Return-Path, and a loop is stopped', async () => {
  const world = house();
  const letter = { session: sessionAt('smtp'), from: 'ana@example.com', to: ['usuario1@valija.test'] };
  await send(world, { ...letter, text: `Return-Path: <other@example.com>\r\n${HOLA}` });
  assert.equal(world.filed[0]!.text.match(/^Return-Path:/gm)?.length, 1);
  const said = await send(world, { ...letter, text: `${'Received: by x; now\r\n'.repeat(51)}${HOLA}` });
  assert.match(said.at(-1)!, /^554 5\.4\.6 /);
  assert.equal(world.filed.length, 1);
});

test('a message typed without a header keeps its text apart from our trace headers', async () => {
  const world = house();
  await send(world, {
    session: sessionAt('smtp'),
    from: 'ana@example.com',
    to: ['usuario1@valija.test'],
    text: 'Hola\r\n',
  });
  assert.match(world.filed[0]!.text, /\+0000\r\n\r\nHola\r\n$/);
});

test('quota is judged at RCPT, with the declared size; an alias does not wait for its full member', async () => {
  const world = house();
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
  const world = house();
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

test('a copy that cannot be filed: SMTP puts off all, LMTP says whose', async () => {
  const world = house();
  world.failures.set('usuario2@valija.test', new WorldError('append', { transient: true }));
  const letter = { from: 'ana@example.com', to: ['info@valija.test', 'usuario2@valija.test'], text: HOLA };
  const smtp = await send(world, { ...letter, session: sessionAt('smtp') });
  assert.deepEqual(smtp.slice(3), ['451 4.3.0 Temporary failure, try again later']);
  const lmtp = await send(world, { ...letter, session: sessionAt('lmtp') });
  assert.deepEqual(lmtp.slice(3), ['250 2.0.0 Ok: queued as ID', '451 4.3.0 Temporary failure, try again later']);
  assert.equal(world.journeyLog.ofKind('filing-failed').length, 2);
});

test('a full disk is said as such, and nothing is promised', async () => {
  const world = house();
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
  const world = house();
  await send(world, {
    session: sessionAt('submission', 'usuario1@valija.test'),
    from: 'usuario1@valija.test',
    to: ['todos@valija.test'],
    text: 'From: usuario1@valija.test\r\nDate: x\r\nMessage-ID: <1@valija.test>\r\n\r\nHola\r\n',
  });
  const lines = world.log.lines.map(({ area, text }) => `${area}: ${text.replace(/^\w+:/, 'ID:')}`);
  assert.deepEqual(lines, [
    'submission: ID: client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=usuario1@valija.test',
    'cleanup: ID: message-id=<1@valija.test>',
    'qmgr: ID: from=<usuario1@valija.test>, size=74, nrcpt=1 (queue active)',
    'virtual: ID: to=<usuario1@valija.test>, orig_to=<todos@valija.test>, relay=virtual, delay=0, delays=0/0/0/0, ' +
      'dsn=2.0.0, status=sent (delivered to mailbox INBOX)',
    'virtual: ID: to=<usuario2@valija.test>, orig_to=<todos@valija.test>, relay=virtual, delay=0, delays=0/0/0/0, ' +
      'dsn=2.0.0, status=sent (delivered to mailbox INBOX)',
    'qmgr: ID: removed',
  ]);
});

test('the journey of a message has every step, under its queue id', async () => {
  const world = house();
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
