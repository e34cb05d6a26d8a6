// usuario1 writes to usuario2 and to a third in secret: what lies in the inboxes, and what is told of the way there.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { readMailbox } from '../world/mail-reader.ts';
import { PASSWORD, type RunningServer, startServer } from '../world/running-server.ts';
import { deliver, openSmtp, queueIdOf, submit } from '../world/smtp-talk.ts';
import { untilLogged } from '../world/until.ts';

const VALIJA = resolve(import.meta.dirname, '../../bin/valija');
const [ONE, TWO, SECRET] = ['usuario1', 'usuario2', 'secreto'].map((name) => ({
  address: `${name}@valija.test`,
  password: PASSWORD,
})) as [
  { address: string; password: string },
  { address: string; password: string },
  { address: string; password: string },
];

let server: RunningServer;
before(async () => {
  server = await startServer({ accounts: [ONE, TWO, SECRET] });
});
after(() => server[Symbol.asyncDispose]());

async function valija(...args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], TZ: 'UTC', VALIJA_CONFIG: server.configFile };
  return (await promisify(execFile)(VALIJA, args, { env })).stdout;
}

const inboxOf = async (who: typeof ONE) => (await readMailbox(server, who)).messages.map(({ text }) => text);
const count = (text: string, field: string) => text.match(new RegExp(`^${field}:`, 'gim'))?.length ?? 0;

test('[C74] Bcc never leaves the submission server, and the one in secret gets the message too', async () => {
  const message = [
    `From: <${ONE.address}>`,
    `To: <${TWO.address}>`,
    `Bcc: <${SECRET.address}>,`,
    ' <otro@valija.test>',
    'Subject: en secreto',
    '',
    'Bcc: this is body',
    '',
  ].join('\r\n');
  const answer = await submit(server, ONE, [TWO.address, SECRET.address], message);
  assert.match(answer, /^250 2\.0\.0 Ok: queued as \w+$/);
  for (const who of [TWO, SECRET]) {
    const [text = '', ...more] = await inboxOf(who);
    assert.equal(more.length, 0, 'once');
    assert.equal(count(text, 'Bcc'), 1, 'the line of the body alone');
    assert.doesNotMatch(text, /<otro@/);
    const others = [ONE, TWO, SECRET].filter((other) => other !== who && other === SECRET);
    for (const { address } of others) assert.ok(!text.includes(address), `${who.address} learns of ${address}`);
    assert.match(text, /^Date: /m);
    assert.match(text, /^Message-ID: <[^<>@\s]+@mail\.valija\.test>\r$/m);
  }
});

test('[C75] one Return-Path, one Delivered-To, and the chain of Received lines with protocol and TLS', async () => {
  const message = [
    'Return-Path: <forged@example.com>',
    'Received: from earlier.example (earlier.example [192.0.2.9]) by mid.example with ESMTP; Sat, 21 Nov 2026 09:00:00 +0000',
    `From: <${ONE.address}>`,
    'Message-ID: <cadena@valija.test>',
    'Subject: cadena',
    '',
    'hola',
    '',
  ].join('\r\n');
  const id = queueIdOf(await submit(server, ONE, TWO.address, message));
  const text = (await inboxOf(TWO)).find((each) => each.includes('Subject: cadena')) ?? '';
  const lines = text.split('\r\n');
  assert.equal(lines[0], `Return-Path: <${ONE.address}>`);
  assert.equal(lines[1], `Delivered-To: ${TWO.address}`);
  assert.match(lines[2] ?? '', /^Received: from client\.example \(unknown \[127\.0\.0\.1\]\)$/);
  assert.match(lines[3] ?? '', /^\t\(using TLSv1\.[23] with cipher \S+ \(\d+\/\d+ bits\)\)$/);
  assert.equal(lines[4], `\tby mail.valija.test (Valija) with ESMTPSA id ${id}`);
  assert.equal(lines[5], `\tfor <${TWO.address}>;`);
  assert.match(lines[7] ?? '', /^Received: from earlier\.example/);
  assert.deepEqual([count(text, 'Return-Path'), count(text, 'Delivered-To'), count(text, 'Received')], [1, 1, 2]);
});

test('[C75] on 25 Received says ESMTP and SMTP as it was spoken, and ESMTPS under TLS', async () => {
  const said: string[] = [];
  for (const [hello, tls] of [
    ['HELO client.example', false],
    ['EHLO client.example', false],
    ['EHLO client.example', true],
  ] as const) {
    using talk = await openSmtp(server, 'smtp');
    if (tls) {
      await talk.say('STARTTLS');
      await talk.stream.startTls();
    }
    await talk.say(hello);
    const id = queueIdOf(await talk.bring('ana@example.org', [TWO.address], 'Subject: palabra\r\n\r\nhola\r\n'));
    const text = (await inboxOf(TWO)).find((each) => each.includes(id)) ?? '';
    said.push(/ with (\w+) id /.exec(text)?.[1] ?? '');
  }
  assert.deepEqual(said, ['SMTP', 'ESMTP', 'ESMTPS']);
});

test('[C75] a message that has come round fifty-one times is a loop', async () => {
  const hop = 'Received: from a.example by b.example; Sat, 21 Nov 2026 09:00:00 +0000\r\n';
  assert.match(await deliver(server, TWO.address, `${hop.repeat(50)}Subject: lejos\r\n\r\nhola\r\n`), /^250 /);
  assert.match(await deliver(server, TWO.address, `${hop.repeat(51)}Subject: loop\r\n\r\nhola\r\n`), /^554 5\.4\.6 /);
});

test('valija why tells the story by queue id and by Message-ID, in English and in Spanish', async () => {
  const message = `From: <${ONE.address}>\r\nMessage-ID: <historia@valija.test>\r\nSubject: historia\r\n\r\nhola\r\n`;
  const id = queueIdOf(await submit(server, ONE, TWO.address, message));
  const english = await valija('why', id, '--lang', 'en');
  const spanish = await valija('why', '<historia@valija.test>', '--lang', 'es');
  for (const story of [english, spanish]) {
    for (const fact of [id, ONE.address, TWO.address, '127.0.0.1', 'historia@valija.test']) {
      assert.ok(story.includes(fact), `${fact} is missing in ${story}`);
    }
    assert.doesNotMatch(story, /hola|correcto caballo/);
  }
  assert.match(english, /INBOX/);
  assert.match(spanish, /mensaje/);
  assert.equal(await valija('why', 'historia@valija.test', '--lang', 'en'), english);
  const { stories } = JSON.parse(await valija('why', id, '--json'));
  assert.deepEqual(stories.length, 1);
  await untilLogged(server, new RegExp(`${id}: to=<${TWO.address}>, .*dsn=2\\.0\\.0, status=sent`));
});

test('valija why tells of a refusal: the rule, and what was said', async () => {
  const hop = 'Received: from a.example by b.example; Sat, 21 Nov 2026 09:00:00 +0000\r\n';
  const message = `Message-ID: <vuelta@example.org>\r\n${hop.repeat(51)}Subject: loop\r\n\r\nhola\r\n`;
  assert.match(await deliver(server, TWO.address, message), /^554 5\.4\.6 /);
  assert.match(await valija('why', '<vuelta@example.org>', '--lang', 'en'), /554 5\.4\.6/);
  assert.match(await valija('why', '<vuelta@example.org>', '--lang', 'es'), /rechazado/);
});
