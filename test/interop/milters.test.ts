// Real milters at our doors: OpenDKIM signs and verifies, rspamd refuses; and one that asks for everything, with libmilter
// itself behind it, at Debian's Postfix and here: both tell it the same, and make the same of what it says.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { verdictsOf } from '../world/dkim.ts';
import { freePort } from '../world/free-port.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { openSink } from '../world/mail-sink.ts';
import { PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { deliver, openSmtpAt, submit } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';
import {
  type AllTrades,
  hasPythonMilter,
  startAllTrades,
  startOpenDkim,
  startRspamdMilter,
  type TradesScript,
} from './milter-programs.ts';
import { startPostfix } from './postfix-server.ts';
import { findProgram, programTest } from './real-program.ts';

const LOGIN = { address: USER1, password: PASSWORD };
const GTUBE = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';

function startWith(...settings: string[]): Promise<RunningServer> {
  return startServer({ settings: settings.join('\n') });
}

function letter(...lines: string[]): string {
  const head = [
    'From: Ana <ana@example.org>',
    'To: usuario1@valija.test',
    'Subject: hola',
    '\tamiga',
    'Date: Sat, 21 Nov 2026 10:00:00 +0000',
    'Message-ID: <uno@example.org>',
  ];
  return [...head, '', ...lines, ''].join('\r\n');
}

const SCRIPTS: readonly (readonly [title: string, script: TradesScript])[] = [
  ['has nothing against it', {}],
  [
    'reads the macros of client, sender and recipient',
    {
      connect: { macros: ['_'] },
      envfrom: { macros: ['{mail_addr}', '{mail_host}', '{mail_mailer}', '{auth_type}'] },
      envrcpt: { macros: ['{rcpt_addr}', '{rcpt_host}', '{rcpt_mailer}'] },
    },
  ],
  [
    'changes the header',
    {
      eom: {
        do: [
          ['addheader', 'X-Last', 'a\n b\nc'],
          ['addheader', 'X-Top', 'top', 0],
          ['addheader', 'X-First', 'below Received', 2],
          ['addheader', 'X-Far', 'far', 99],
          ['chgheader', 'Subject', 1, 'otra'],
          ['chgheader', 'X-Missing', 1, 'added'],
          ['chgheader', 'To', 1, ''],
          ['chgheader', 'To', 3, ''],
        ],
      },
    },
  ],
  ['replaces the body', { eom: { do: [['replacebody', 'uno\ndos\r\n.\r\ntres']] } }],
  [
    'changes the envelope',
    {
      eom: {
        do: [
          ['chgfrom', '<otra@example.org>'],
          ['addrcpt', '<ana@otro.test>'],
          ['delrcpt', '<ana@otro.test>'],
          ['addrcpt', '<ana@otro.test>'],
        ],
      },
    },
  ],
  ['accepts at MAIL', { envfrom: { return: 'accept' } }],
  ['discards at DATA', { data: { return: 'discard' } }],
  ['refuses at connect', { connect: { return: 'reject' } }],
  ['puts off at HELO', { hello: { return: 'tempfail' } }],
  ['refuses at MAIL, in its words', { envfrom: { say: ['550', '5.7.1', 'Not you, 100% sure'] } }],
  ['refuses at RCPT', { envrcpt: { return: 'reject' } }],
  ['says goodbye at RCPT', { envrcpt: { say: ['421', '4.7.0', 'Too much'] } }],
  ['puts off at a header field', { header: { return: 'tempfail' } }],
  ['refuses at the end, in several lines', { eom: { say: ['554', '5.7.1', 'One', 'two'] } }],
  ['changes, and refuses', { eom: { do: [['addheader', 'X-A', 'b']], return: 'reject' } }],
];

const COMPARISON_NEEDS = 'needs Postfix, python3-milter and root';
const canCompare = findProgram('postfix') !== undefined && process.getuid?.() === 0 && hasPythonMilter();

/** What a client hears, from MAIL on. */
async function talkTo(port: number, to: string): Promise<string> {
  using talk = await openSmtpAt(port);
  await talk.say('EHLO client.example');
  return await talk.bring('ana@example.org', [to], letter('Uno', '', '.dos'));
}

/** Without trace fields and line ends, which differ; an envelope's sender stays. */
function comparable(message: string): string {
  const bare = message.replaceAll('\r\n', '\n').replace(/^Received:.*\n(?:[ \t].*\n)+/m, 'Received: …\n');
  return bare.replace(/^(?:Delivered-To|X-Original-To):.*\n/gm, '').trimEnd();
}

/** Fields that a milter writes, each with its word in the table. */
const CHECKED: readonly (readonly [pattern: string, result: string])[] = [
  ['/^X-Ignore:/', 'IGNORE'],
  ['/^X-Replace: (.*)/', 'REPLACE X-Fresh: $1'],
  ['/^X-Refuse:/', 'REJECT 5.7.9 Not with that'],
  ['/^X-Plainly:/', 'REJECT'],
  ['/^X-Later:/', 'REJECT 4.7.2 Not now'],
  ['/^X-Discard:/', 'DISCARD'],
  ['/^X-Nobody:/', 'NONSENSE'],
  ['/^Subject: otra/', 'IGNORE'],
  ['/^Subject: nueva/', 'REPLACE Topic: nuevo'],
];

const add = (...names: string[]): TradesScript => ({
  eom: { do: names.map((name) => ['addheader', name, 'uno']) },
});

const CHECKED_SCRIPTS: readonly (readonly [title: string, script: TradesScript])[] = [
  ['fields that are left out, replaced, or nobody’s', add('X-Ignore', 'X-Replace', 'X-Nobody', 'X-Stays')],
  ['a change that is left out', { eom: { do: [['chgheader', 'Subject', 1, 'otra']] } }],
  ['a change that becomes another field', { eom: { do: [['chgheader', 'Subject', 1, 'nueva']] } }],
  ['a field that is inserted and left out', { eom: { do: [['addheader', 'X-Ignore', 'uno', 0]] } }],
  ['a field that refuses', add('X-Stays', 'X-Refuse', 'X-Ignore')],
  ['a field that refuses without words', add('X-Plainly')],
  ['a field that puts off', add('X-Later')],
  ['a field that discards', add('X-Discard')],
];

test('[C24] each reply and change of a libmilter milter has the effect that it has with Postfix', {
  skip: canCompare ? false : COMPARISON_NEEDS,
}, async (t) => {
  await using milter = await startAllTrades();
  const ours = `smtpd_milters = ["${milter.name}"]\nrelayhost = "[127.0.0.1]:9"\n`;
  const settings = { theirs: `smtpd_milters = ${milter.name}`, ours };
  await compareWithPostfix(t, milter, SCRIPTS, settings);
});

test('[C24] milter_header_checks and smtpd_milter_maps have the effect that they have with Postfix', {
  skip: canCompare ? false : COMPARISON_NEEDS,
}, async (t) => {
  await using milter = await startAllTrades();
  const checks = join(milter.folder, 'header_checks');
  const maps = join(milter.folder, 'milter_maps');
  writeFileSync(checks, CHECKED.map(([pattern, result]) => `${pattern} ${result}\n`).join(''));
  writeFileSync(maps, `127.0.0.0/8 { ${milter.name}, default_action=reject }\n`);
  await compareWithPostfix(t, milter, CHECKED_SCRIPTS, {
    theirs: `milter_header_checks = pcre:${checks}\nsmtpd_milter_maps = cidr:${maps}`,
    ours: `milter_header_checks = ["pcre:${checks}"]\nsmtpd_milter_maps = ["cidr:${maps}"]\n`,
  });
});

async function compareWithPostfix(
  t: TestContext,
  milter: AllTrades,
  scripts: typeof SCRIPTS,
  settings: { readonly theirs: string; readonly ours: string },
): Promise<void> {
  const port = await freePort();
  await using postfix = await startPostfix(port, 9, settings.theirs);
  const login = { address: 'ana@otro.test', password: PASSWORD };
  await using server = await startServer({ settings: settings.ours, accounts: [login] });
  const seen = new Set<string>();
  for (const [title, script] of scripts) {
    await t.test(title, async () => {
      milter.follow(script);
      const theirs = await talkTo(port, 'ana@otro.test');
      const toldThere = milter.takeTold();
      const ours = await talkTo(server.ports.smtp, 'ana@otro.test');
      const bare = (reply: string) => reply.replace(/queued as .*/, 'queued');
      assert.equal(bare(ours), bare(theirs));
      assert.deepEqual(withoutMacros(milter.takeTold()), withoutMacros(toldThere));
      if (!theirs.startsWith('250') || script['data'] !== undefined || title.includes('discards')) return;
      const delivered = await until('mail at Postfix', () => postfix.mail().find((text) => !seen.has(text)));
      seen.add(delivered);
      const { messages } = await readMailbox(server, login);
      assert.equal(comparable(messages.at(-1)?.text ?? ''), comparable(delivered));
    });
  }
}

/** Postfix knows the queue id, and with it `i`, a step later. */
function withoutMacros(told: unknown[][]): unknown[][] {
  return told.map((step) => (step[0] === 'eom' ? step.slice(0, 2) : step));
}

programTest('opendkim', '[C24] signs as an external milter what our users submit; we do not sign twice', async () => {
  const program = findProgram('opendkim') ?? '';
  await using milter = await startOpenDkim(program, { mode: 's', internalHosts: '192.0.2.1' });
  await using sink = await openSink({ extensions: ['8BITMIME'] });
  await using server = await startWith(
    `smtpd_milters = ["${milter.name}"]`,
    `non_smtpd_milters = ["${milter.name}"]`,
    `relayhost = "[127.0.0.1]:${sink.port}"`,
    'smtp_allow_loopback = true',
  );
  const text = `From: ${USER1}\r\nTo: ana@example.org\r\nSubject: hola  y\r\n\r\nHola \t Ana \r\n\r\n\r\n`;
  // The login makes it one of ours: {auth_authen}.
  assert.match(await submit(server, LOGIN, 'ana@example.org', text), /^250 /);
  await until('the message', () => sink.messages.length >= 1);
  const signed = sink.messages[0]!.content;
  assert.match(signed.toString(), /^DKIM-Signature: [\s\S]+\r\nReceived: [\s\S]+\r\nFrom: [\s\S]+\r\nMessage-ID: /);
  const good = { domain: 'valija.test', selector: 'od', algorithm: 'rsa-sha256', result: 'pass' };
  assert.deepEqual(await verdictsOf(signed, [milter.key]), [good]);
  const imported = await valija(
    ...([server, 'dkim', 'import', '--domain', 'valija.test', '--selector', 'od'] as const),
    ...['--key-file', `${milter.folder}/od.private`],
  );
  assert.equal(imported.code, 0, imported.errors);
  assert.match(await submit(server, LOGIN, 'ana@example.org', text), /^250 /);
  await until('the second message', () => sink.messages.length >= 2);
  assert.deepEqual(await verdictsOf(sink.messages[1]!.content, [milter.key]), [good]);
});

programTest('opendkim', '[C24] verifies what strangers bring; its word survives, a forged one does not', async () => {
  const program = findProgram('opendkim') ?? '';
  await using signer = await startOpenDkim(program, { mode: 's', internalHosts: '127.0.0.1' });
  await using verifier = await startOpenDkim(program, { mode: 'v', internalHosts: '192.0.2.1', key: signer.key });
  await using sink = await openSink();
  await using sending = await startWith(
    `smtpd_milters = ["${signer.name}"]`,
    `relayhost = "[127.0.0.1]:${sink.port}"`,
    'smtp_allow_loopback = true',
    'dkim_sign = false',
  );
  const forged = 'Authentication-Results: mail.valija.test; dkim=pass header.d=bank.example\r\n';
  const text = `From: ${USER1}\r\nTo: ana@example.org\r\nSubject: hola\r\n\r\nHola\r\n`;
  assert.match(await submit(sending, LOGIN, 'ana@example.org', text), /^250 /);
  await until('the message', () => sink.messages.length >= 1);
  const signed = sink.messages[0]!.content.toString();
  await using receiving = await startWith(`smtpd_milters = ["${verifier.name}"]`, 'mynetworks = []');
  assert.match(await deliver(receiving, USER1, forged + signed), /^250 /);
  assert.match(await deliver(receiving, USER1, signed.replace('\r\nHola\r\n', '\r\nAdios\r\n')), /^250 /);
  const { messages } = await readMailbox(receiving, LOGIN);
  const [good = '', broken = ''] = messages.map((message) => message.text);
  assert.match(
    good,
    /^Authentication-Results: mail\.valija\.test;\r?\n\s+dkim=pass [^\n]*\n?[^\n]*header\.d=valija\.test/m,
  );
  assert.doesNotMatch(good, /bank\.example/);
  assert.match(broken, /^Authentication-Results: mail\.valija\.test;\r?\n\s+dkim=fail/m);
});

programTest('rspamd', '[C24] [C38] refuses GTUBE as an external milter', async () => {
  await using milter = await startRspamdMilter(findProgram('rspamd') ?? '');
  await using server = await startWith(`smtpd_milters = ["${milter.name}"]`);
  const answer = await deliver(server, USER1, letter(GTUBE));
  assert.match(answer, /^554 5\.7\.1 Gtube pattern/);
  await until('a line of the log', () => server.log().includes('milter-reject'));
  await until('the log', () =>
    /milter-reject: END-OF-MESSAGE from localhost\[127\.0\.0\.1\]: 5\.7\.1 Gtube pattern;/.test(server.log()),
  );
  assert.match(await deliver(server, USER1, letter('Hola')), /^250 /);
  const why = await valija(server, 'why', '--from', 'ana@example.org');
  assert.equal(why.code, 0, why.errors);
  assert.match(why.output, /smtpd_milters/);
});
