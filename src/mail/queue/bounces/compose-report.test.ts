// Whole notifications: to whom, with what, in which words. RFC 3461, RFC 3464, RFC 6533.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { fieldTexts, parseHeaderFields } from '#protocols/message/header-fields.ts';
import { describeMessage } from '#protocols/message/structure.ts';
import { partText, textParts } from '#protocols/message/text-content.ts';
import { threadCpuMs } from '../../../../test/world/cpu-time.ts';
import { findDeliveryReport } from '../../../../test/world/delivery-report.ts';
import type { QueuedMessage, QueuedRecipient } from '../queued-message.ts';
import { composeReport } from './compose-report.ts';
import { BOUNCE_DEFAULTS, type ReportedOutcome, type ReportInput } from './report-input.ts';

const ARRIVED = Date.UTC(2026, 10, 21, 10);
const PREFIX = 'Received: by mail.valija.test (Valija) id 4XyZ123456z0Abc;\r\n\tSat, 21 Nov 2026 10:00:00 +0000\r\n';
const HEADER =
  'From: usuario1@valija.test\r\nTo: ana@example.org\r\nSubject: =?utf-8?Q?Reuni=C3=B3n?=\r\nMessage-ID: <1@valija.test>\r\n';
const CONTENT = `${HEADER}\r\nHola, Ana.\r\n`;

function contentOf(text: string): MessageContent {
  const octets = Buffer.from(text);
  return {
    sizeBytes: octets.length,
    read: (offset, length) => Promise.resolve(octets.subarray(offset, offset + length)),
    async *stream() {
      yield octets;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function recipientOf(address: string, changes: Partial<QueuedRecipient> = {}): QueuedRecipient {
  return {
    address,
    original: address,
    parameters: { notify: undefined, orcpt: undefined },
    nextHop: { transport: 'smtp', destination: 'example.org' },
    ...changes,
  };
}

function outcomeOf(recipient: QueuedRecipient, changes: Partial<ReportedOutcome> = {}): ReportedOutcome {
  const reply = `550 5.1.1 <${recipient.address}>: Recipient address rejected: User unknown`;
  return {
    recipient,
    kind: 'failed',
    status: '5.1.1',
    text: `host mx.example.org[192.0.2.1] said: ${reply} (in reply to RCPT TO command)`,
    remote: { name: 'mx.example.org', address: '192.0.2.1', port: 25 },
    reply,
    attempts: 1,
    firstAttemptMs: ARRIVED + 2_000,
    lastAttemptMs: ARRIVED + 2_000,
    ...changes,
  };
}

interface Changes {
  readonly kind?: ReportInput['kind'];
  readonly message?: Partial<QueuedMessage>;
  readonly outcomes?: readonly ReportedOutcome[];
  readonly content?: string;
  readonly settings?: Partial<ReportInput['settings']>;
}

function inputOf({ kind = 'failed', message, outcomes, content = CONTENT, settings }: Changes = {}): ReportInput {
  const reported = outcomes ?? [outcomeOf(recipientOf('ana@example.org'))];
  return {
    kind,
    message: {
      queueId: '4XyZ123456z0Abc',
      arrivedMs: ARRIVED,
      sender: 'usuario1@valija.test',
      body: '8BITMIME',
      smtpUtf8: false,
      dsn: { ret: undefined, envid: undefined },
      origin: 'usuario1@valija.test',
      prefix: Buffer.from(PREFIX),
      sizeBytes: Buffer.byteLength(content),
      recipients: reported.map(({ recipient }) => recipient),
      ...message,
    },
    outcomes: reported,
    content: contentOf(content),
    settings: { myhostname: 'mail.valija.test', ...BOUNCE_DEFAULTS, ...settings },
    nowMs: ARRIVED + 3_000,
    uniqueWord: '4XyZ2222222z0Abc',
  };
}

/** The message, its report, and what people read. */
async function compose(changes: Changes = {}) {
  const own = await composeReport(inputOf(changes));
  assert.ok(own);
  const report = findDeliveryReport(own.octets);
  assert.ok(report);
  const { structure } = describeMessage(own.octets);
  const [part] = textParts(structure);
  assert.ok(part);
  const text = partText(part, own.octets.subarray(part.body.start, part.body.end));
  assert.ok(!/[^\r]\n|\r[^\n]/.test(own.octets.toString()), 'lines end in CRLF');
  return { own, report, text, header: parseHeaderFields(own.octets) };
}

test('[C21] a failed message goes back whole, with every field of RFC 3464 that we know', async () => {
  const recipient = recipientOf('ana@example.org', {
    original: 'alias@valija.test',
    parameters: { notify: ['FAILURE'], orcpt: 'rfc822;alias@valija.test' },
  });
  const { own, report, header } = await compose({
    message: { dsn: { ret: 'FULL', envid: 'QQ314159' } },
    outcomes: [outcomeOf(recipient)],
  });
  assert.deepEqual([own.sender, own.recipient, own.smtpUtf8], ['', 'usuario1@valija.test', false]);
  const field = (name: string) => fieldTexts(header, name).join('|');
  assert.equal(field('from'), 'MAILER-DAEMON@mail.valija.test (Mail Delivery System)');
  assert.equal(field('to'), '<usuario1@valija.test>');
  assert.equal(field('subject'), 'Undelivered Mail Returned to Sender');
  assert.equal(field('auto-submitted'), 'auto-replied');
  assert.equal(field('message-id'), '<4XyZ2222222z0Abc@mail.valija.test>');
  assert.equal(field('references'), '<1@valija.test>');
  assert.equal(field('date'), 'Sat, 21 Nov 2026 10:00:03 +0000');
  assert.deepEqual(report.returned, { kind: 'message', octets: Buffer.from(PREFIX + CONTENT) });
  assert.deepEqual(report.status, {
    originalEnvelopeId: 'QQ314159',
    reportingMta: { type: 'dns', text: 'mail.valija.test' },
    arrivalMs: ARRIVED,
    extensions: [
      ['x-valija-queue-id', '4XyZ123456z0Abc'],
      ['x-valija-sender', 'rfc822; usuario1@valija.test'],
    ],
    recipients: [
      {
        originalRecipient: { type: 'rfc822', text: 'alias@valija.test' },
        finalRecipient: { type: 'rfc822', text: 'ana@example.org' },
        action: 'failed',
        status: '5.1.1',
        remoteMta: { type: 'dns', text: 'mx.example.org' },
        diagnosticCode: {
          type: 'smtp',
          text: '550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown',
        },
        lastAttemptMs: ARRIVED + 2_000,
        willRetryUntilMs: undefined,
        extensions: [
          ['x-valija-attempts', '1'],
          ['x-valija-explanation', 'no-such-user'],
        ],
      },
    ],
  });
});

test('people read what happened, who can mend it and how: English, then Spanish, then the exact words once', async () => {
  const { text } = await compose();
  assert.equal(
    text.replaceAll('\r\n', '\n'),
    `English

This is the mail server mail.valija.test. I am sorry: your message could
not be delivered to the recipients below, and will not be tried again
for them. It is attached, or its header is.

  Subject: Reunión
  Sent: 21 November 2026 at 10:00 UTC

  To: <ana@example.org>
  What happened: Nobody has this address at the receiving server.
  Who can mend it: you, the sender.
  How: Compare it letter by letter with what the recipient gave you; an
       old entry of the address book may have suggested it. If it is
       right, ask the recipient by another way.

For help, write to postmaster@mail.valija.test and attach this notice.

------------------------------------------------------------------------
Español

Este es el servidor de correo mail.valija.test. Lo sentimos: su mensaje
no se pudo entregar a los destinatarios de abajo, y para ellos no se
intentará más. Va adjunto, entero o solo su cabecera.

  Asunto: Reunión
  Enviado: 21 de noviembre de 2026 a las 10:00 UTC

  Para: <ana@example.org>
  Qué ha pasado: Nadie tiene esta dirección en el servidor receptor.
  Quién puede arreglarlo: usted, el remitente.
  Cómo: Compárela letra a letra con la que le dio el destinatario; quizá
        la propuso una entrada vieja de la agenda. Si está bien,
        pregunte al destinatario por otro camino.

Si necesita ayuda, escriba a postmaster@mail.valija.test y adjunte este
aviso.

------------------------------------------------------------------------
The exact words / Las palabras exactas:

<ana@example.org>: host mx.example.org[192.0.2.1] said: 550 5.1.1
<ana@example.org>: Recipient address rejected: User unknown (in reply to
RCPT TO command)
`,
  );
});

test('one language alone, or Spanish first, as configured', async () => {
  const spanish = await compose({ settings: { bounceLanguages: ['es'] } });
  assert.ok(spanish.text.startsWith('Este es el servidor') && !spanish.text.includes('English'));
  const both = await compose({ settings: { bounceLanguages: ['es', 'en'] } });
  assert.ok(both.text.startsWith('Español') && both.text.includes('\r\nEnglish\r\n'));
});

test('a delay is a warning: header only, and until when it is tried', async () => {
  const outcome = outcomeOf(recipientOf('ana@example.org'), {
    kind: 'deferred',
    status: '4.4.1',
    text: 'connect to mx.example.org[192.0.2.1]:25: Connection refused',
    attempts: 7,
    lastAttemptMs: ARRIVED + 4 * 3_600_000,
    willRetryUntilMs: ARRIVED + 5 * 86_400_000,
  });
  const { reply: _, remote: __, ...unreached } = outcome;
  const { text, report, header } = await compose({ kind: 'delayed', outcomes: [unreached] });
  assert.deepEqual(fieldTexts(header, 'subject'), ['Delayed Mail (still being retried)']);
  assert.deepEqual(report.returned, { kind: 'header', octets: Buffer.from(PREFIX + HEADER) });
  const [status] = report.status.recipients;
  assert.deepEqual([status?.action, status?.status], ['delayed', '4.4.1']);
  assert.equal(status?.willRetryUntilMs, ARRIVED + 5 * 86_400_000);
  assert.deepEqual(status?.diagnosticCode, { type: 'X-Valija', text: unreached.text });
  const flowed = text.replace(/\s+/g, ' ');
  assert.match(flowed, /THIS IS A WARNING ONLY/);
  assert.match(flowed, /It was tried 7 times, from 21 November 2026 at 10:00 UTC to 21 November 2026 at 14:00 UTC\./);
  assert.match(flowed, /It will be tried until 26 November 2026 at 10:00 UTC\./);
  assert.match(flowed, /Quién puede arreglarlo: el administrador de example\.org\./);
});

test('success is told to those who asked, unless the next server will do it', async () => {
  const asked = recipientOf('ana@example.org', { parameters: { notify: ['SUCCESS'], orcpt: undefined } });
  const delivered = { kind: 'delivered', status: '2.0.0', text: '250 2.0.0 Ok', reply: '250 2.0.0 Ok' } as const;
  const { report, text, header } = await compose({
    kind: 'relayed',
    outcomes: [
      outcomeOf(asked, delivered),
      outcomeOf({ ...asked, address: 'beto@example.org' }, { ...delivered, passedDsn: true }),
      outcomeOf(recipientOf('carla@example.org'), delivered),
    ],
  });
  assert.deepEqual(fieldTexts(header, 'subject'), ['Successful Mail Delivery Report']);
  assert.deepEqual(
    report.status.recipients.map(({ action, finalRecipient }) => [action, finalRecipient.text]),
    [['relayed', 'ana@example.org']],
  );
  assert.equal(report.returned?.kind, 'header');
  assert.ok(text.includes('<ana@example.org>') && !text.includes('Who can mend it'));
  assert.equal(await composeReport(inputOf({ kind: 'delivered' })), undefined);
});

test('NOTIFY decides, kind by kind', async () => {
  const table = [
    [undefined, ['failed', 'delayed']],
    [['NEVER'], []],
    [['FAILURE'], ['failed']],
    [['DELAY'], ['delayed']],
    [['SUCCESS'], ['delivered', 'relayed', 'expanded']],
    [
      ['SUCCESS', 'FAILURE', 'DELAY'],
      ['failed', 'delayed', 'delivered', 'relayed', 'expanded'],
    ],
  ] as const;
  for (const [notify, expected] of table) {
    const outcomes = [outcomeOf(recipientOf('ana@example.org', { parameters: { notify, orcpt: undefined } }))];
    const told = [];
    for (const kind of ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const) {
      if (await composeReport(inputOf({ kind, outcomes }))) told.push(kind);
    }
    assert.deepEqual(told, expected, String(notify));
  }
});

test('[T30] nobody is told of a bounce: null senders, double bounces, notifications with a sender', async () => {
  for (const sender of ['', '#@[]']) assert.equal(await composeReport(inputOf({ message: { sender } })), undefined);
  const bounce = (await compose()).own.octets.toString();
  assert.equal(await composeReport(inputOf({ content: bounce })), undefined);
  const readByPerson = bounce.replace('Auto-Submitted: auto-replied\r\n', '');
  assert.ok(await composeReport(inputOf({ content: readByPerson })));
});

test('[T30] a postmaster who wants to hears of a returned return, once: of that mail nobody is told', async () => {
  const bounce = (await compose()).own.octets.toString();
  const never = [outcomeOf(recipientOf('ana@example.org', { parameters: { notify: ['NEVER'], orcpt: undefined } }))];
  const input = inputOf({ content: bounce, message: { sender: '' }, outcomes: never });
  const own = await composeReport({ ...input, postmaster: 'postmaster@valija.test' });
  assert.deepEqual([own?.sender, own?.recipient], ['double-bounce@mail.valija.test', 'postmaster@valija.test']);
  assert.match(own?.octets.toString() ?? '', /\r\nSubject: Postmaster Copy: Undelivered Mail\r\n/);
  const again = inputOf({ message: { sender: 'double-bounce@mail.valija.test' } });
  assert.equal(await composeReport(again), undefined);
  assert.equal(await composeReport({ ...again, postmaster: 'postmaster@valija.test' }), undefined);
});

test('a recipient with a sender of its own (a list owner, SRS) has its notification sent there', async () => {
  const outcomes = [outcomeOf(recipientOf('ana@example.org', { sender: 'owner-lista@valija.test' }))];
  const { own, report } = await compose({ outcomes });
  assert.equal(own.recipient, 'owner-lista@valija.test');
  assert.deepEqual(report.status.extensions[1], ['x-valija-sender', 'rfc822; owner-lista@valija.test']);
  const nobody = [outcomeOf(recipientOf('ana@example.org', { sender: '' }))];
  assert.equal(await composeReport(inputOf({ outcomes: nobody })), undefined);
});

test('RET=HDRS, REQUIRETLS, a message above bounce_size_limit and a binary one: the header only', async () => {
  const headerOnly = { kind: 'header', octets: Buffer.from(PREFIX + HEADER) };
  const large = `${CONTENT}${'x'.repeat(78)}\r\n`.repeat(1_000);
  assert.deepEqual(
    (await compose({ message: { dsn: { ret: 'HDRS', envid: undefined } } })).report.returned,
    headerOnly,
  );
  assert.deepEqual((await compose({ content: large })).report.returned, headerOnly);
  assert.deepEqual((await compose({ message: { body: 'BINARYMIME' } })).report.returned, headerOnly);
  assert.deepEqual((await compose({ settings: { bounceSizeLimit: 0 } })).report.returned, headerOnly);
  const guarded = await compose({ message: { tlsWish: 'required' } });
  assert.deepEqual([guarded.report.returned, guarded.own.requireTls], [headerOnly, true]);
  const endless = await compose({ content: `${HEADER}${'X-Long: 0123456789\r\n'.repeat(10_000)}\r\nHola\r\n` });
  const returned = endless.report.returned?.octets ?? Buffer.alloc(0);
  assert.ok(returned.length > 100_000 && returned.length < 103_000);
  assert.ok(returned.toString().endsWith('\r\nX-Long: 0123456789\r\n'));
});

test('a message that is lost is told of without it', async () => {
  const own = await composeReport({ ...inputOf(), content: undefined });
  assert.ok(own);
  assert.equal(findDeliveryReport(own.octets)?.returned, undefined);
  assert.match(own.octets.toString(), /Final-Recipient: rfc822; ana@example\.org/);
});

test('what needed SMTPUTF8 is reported in its types', async () => {
  const { own, report } = await compose({
    message: { smtpUtf8: true, sender: 'josé@valija.test' },
    outcomes: [
      outcomeOf(
        recipientOf('ñandú@example.org', {
          parameters: { notify: undefined, orcpt: 'utf-8;\\x{F1}and\\x{FA}@example.org' },
        }),
      ),
    ],
  });
  assert.ok(own.smtpUtf8);
  const text = own.octets.toString();
  for (const type of ['message/global-delivery-status', 'message/global'])
    assert.ok(text.includes(`${type}\r\n`), type);
  assert.match(text, /\r\nTo: <josé@valija\.test>\r\n/);
  assert.match(text, /\r\nOriginal-Recipient: utf-8; ñandú@example\.org\r\n/);
  assert.deepEqual(report.status.recipients[0]?.finalRecipient, { type: 'utf-8', text: 'ñandú@example.org' });
});

test('recipients with the same story are told of together; of very many, the first', async () => {
  const many = Array.from({ length: 200 }, (_, i) => outcomeOf(recipientOf(`u${i}@example.org`)));
  const full = outcomeOf(recipientOf('ana@example.org'), { status: '5.2.2', text: '552 5.2.2 Mailbox full' });
  const { text, report } = await compose({ outcomes: [full, ...many] });
  assert.equal(text.match(/What happened:/g)?.length, 2);
  assert.match(text, /… and 151 more, listed in the report\./);
  assert.equal(report.status.recipients.length, 201);
});

test('a server that says line breaks and control characters adds no line and no field', async () => {
  const evil = '550 5.7.1 no\r\n\r\n--=_x\r\nX-Injected: yes\x1b[31m\u202e\x00';
  const { text, report } = await compose({
    outcomes: [outcomeOf(recipientOf('ana@example.org'), { text: evil, reply: evil })],
  });
  assert.ok(!/[\x00\x1b\u202e]/.test(text));
  assert.equal(report.status.recipients.length, 1);
  assert.ok(!JSON.stringify(report.status).includes('x-injected'));
});

test('what fails on this machine is for its own administrator', async () => {
  const recipient = recipientOf('usuario2@valija.test', {
    nextHop: { transport: 'local', user: 'usuario2', extension: undefined },
  });
  const { text } = await compose({ outcomes: [outcomeOf(recipient, { status: '5.3.0', text: 'something odd' })] });
  assert.match(
    text.replace(/\s+/g, ' '),
    /Who can mend it: the administrator of this server, postmaster@mail\.valija\.test\./,
  );
});

test('a thousand recipients are told of without holding anything up', async () => {
  const many = Array.from({ length: 1_000 }, (_, i) => outcomeOf(recipientOf(`u${i}@example.org`)));
  const input = inputOf({ outcomes: many });
  const started = threadCpuMs();
  const own = await composeReport(input);
  assert.ok(threadCpuMs() - started < 5_000);
  assert.equal(findDeliveryReport(own?.octets ?? Buffer.alloc(0))?.status.recipients.length, 1_000);
});
