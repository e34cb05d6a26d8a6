// Mail of our own people reaches another server with signatures that verify there, through a rotation of the keys, and
// mail of strangers passes without.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import { formatZoneLine } from '#protocols/dkim/key-record.ts';
import { runProgram } from '../interop/real-program.ts';
import { verdictsOf } from '../world/dkim.ts';
import { openDns, readZone } from '../world/dns.ts';
import { type MailSink, openSink } from '../world/mail-sink.ts';
import { ONLY_STRANGERS, PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until, untilLogged } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

const TO = 'ana@example.org';
const LETTER = `From: ${USER1}\r\nTo: ${TO}\r\nSubject: hola  y   adiós\r\n\r\nHola \t Ana \r\n\r\n.punto\r\n\r\n`;

function startSigning(sink: MailSink): Promise<RunningServer> {
  const settings = [`relayhost = "[127.0.0.1]:${sink.port}"`, 'smtp_allow_loopback = true'];
  return startServer({ settings: settings.join('\n'), aliases: { 'lista@valija.test': [TO] } });
}

async function keysOf(server: RunningServer, ...args: string[]): Promise<SigningKeyRecord[]> {
  const { output, errors, code } = await valija(server, 'dkim', ...args, '--json');
  assert.equal(code, 0, errors);
  return JSON.parse(output) as SigningKeyRecord[];
}

async function submit(server: RunningServer, text = LETTER): Promise<void> {
  using talk = await openSmtp(server, 'submission', { address: USER1, password: PASSWORD });
  assert.match(await talk.bring(USER1, [TO], text), /^250 /);
}

async function nextMessage(sink: MailSink, count: number): Promise<Buffer> {
  await until(`message ${count}`, async () => sink.messages.length >= count);
  return sink.messages[count - 1]!.content;
}

async function verdicts(message: Buffer, keys: readonly SigningKeyRecord[]): Promise<string[]> {
  return (await verdictsOf(message, keys)).map(({ selector, result }) => `${selector} ${result}`);
}

test('[C23] [C76] what is submitted verifies where it arrives, before and after a rotation', async () => {
  await using sink = await openSink({ extensions: ['8BITMIME', 'SMTPUTF8', 'SIZE'] });
  await using server = await startSigning(sink);
  await submit(server);
  assert.deepEqual(await verdicts(await nextMessage(sink, 1), []), []);

  const first = await keysOf(server, 'generate', 'valija.test', '--selector', 'a');
  await submit(server);
  const before = await nextMessage(sink, 2);
  assert.deepEqual(await verdicts(before, first), ['a pass', 'a-ed25519 pass']);
  assert.match(before.toString(), /^Received: [\s\S]+\r\nDKIM-Signature: [\s\S]+\r\nDKIM-Signature: [\s\S]+\r\nFrom: /);

  await keysOf(server, 'generate', 'valija.test', '--selector', 'b');
  await submit(server);
  assert.deepEqual(await verdicts(await nextMessage(sink, 3), first), ['a pass', 'a-ed25519 pass']);

  await keysOf(server, 'rotate', 'valija.test', '--force');
  await submit(server);
  const all = await keysOf(server, 'list', 'valija.test');
  assert.deepEqual(await verdicts(await nextMessage(sink, 4), all), ['b pass', 'b-ed25519 pass']);
  // What was signed before is still good: the former keys stay published.
  assert.deepEqual(
    all.filter(({ status }) => status === 'retiring').map(({ selector }) => selector),
    ['a', 'a-ed25519'],
  );
  assert.deepEqual(await verdicts(before, all), ['a pass', 'a-ed25519 pass']);
  assert.match(
    (await valija(server, 'log', '--lines', '400')).output,
    /DKIM-Signature field added \(s=b, d=valija\.test\)/,
  );
});

test('[C23] large messages, hashed in a thread out of memory and out of a file, verify where they arrive', async () => {
  await using sink = await openSink({ extensions: ['8BITMIME', 'SIZE'] });
  await using server = await startSigning(sink);
  const keys = await keysOf(server, 'generate', 'valija.test', '--selector', 'a', '--type', 'rsa');
  const line = 'Hola \t Ana,  una frase entera. \r\n\r\n';
  const sizes = [20_000, 100_000, 900_000];
  for (const octets of sizes) await submit(server, LETTER + line.repeat(octets / line.length));
  await until('all of them', () => sink.messages.length === sizes.length);
  for (const { content } of sink.messages) assert.deepEqual(await verdicts(content, keys), ['a pass']);
});

test('[C23] [C33] mail of a stranger that an alias sends on stays unsigned, whatever its From says', async () => {
  await using sink = await openSink();
  const settings = [`relayhost = "[127.0.0.1]:${sink.port}"`, 'smtp_allow_loopback = true', 'mynetworks = []'];
  await using server = await startServer({ settings: settings.join('\n'), aliases: { 'lista@valija.test': [TO] } });
  await keysOf(server, 'generate', 'valija.test');
  using talk = await openSmtp(server, 'smtp');
  assert.match(await talk.bring('ana@example.net', ['lista@valija.test'], LETTER), /^250 /);
  assert.doesNotMatch((await nextMessage(sink, 1)).toString(), /DKIM-Signature/);
});

test('[C23] a key whose file is gone: mail leaves unsigned, and the log says why; a new key signs without a restart', async () => {
  await using sink = await openSink();
  await using server = await startSigning(sink);
  await keysOf(server, 'generate', 'valija.test', '--selector', 'a', '--type', 'rsa');
  const file = join(server.state, 'dkim/valija.test/a.pem');
  rmSync(file);
  writeFileSync(join(server.state, 'dkim/valija.test/b.txt'), 'the folder has changed');
  await until('a look at the keys', async () => {
    await submit(server);
    return /no signature by a key: .*ENOENT/.test(server.log());
  });
  await untilLogged(server, /sent without a signature: read the key: /);
  const made = await keysOf(server, 'generate', 'valija.test', '--selector', 'c', '--type', 'ed25519');
  const count = sink.messages.length;
  await until('what was sent before', async () => sink.messages.length >= count);
  await submit(server, LETTER.replace('Subject: ', 'Subject: la última '));
  await until('the last one', async () => sink.messages.some(({ content }) => content.includes('la última')));
  const last = sink.messages.find(({ content }) => content.includes('la última'))!;
  assert.deepEqual(await verdicts(last.content, made), ['c pass']);
});

test('[C23] the next keys are put to use once the DNS has them, and `valija dkim check` says so before', async () => {
  await using dns = await openDns({ zones: {} });
  await using server = await startServer({ settings: `resolver_addresses = ["127.0.0.1:${dns.server.port}"]\n` });
  await keysOf(server, 'generate', 'valija.test', '--type', 'rsa', '--selector', 'a');
  const next = await keysOf(server, 'generate', 'valija.test', '--type', 'rsa', '--selector', 'b');
  const refused = await valija(server, 'dkim', 'rotate', 'valija.test');
  assert.equal(refused.code, 65);
  assert.match(refused.errors, /nothing is published at b\._domainkey\.valija\.test/);
  const before = await valija(server, 'dkim', 'check', 'valija.test');
  assert.equal(before.code, 65);
  assert.match(before.output, /a\._domainkey\.valija\.test .* active +nothing there/);

  dns.server.setZones([readZone('.', (await keysOf(server, 'list')).map(formatZoneLine).join('\n'))]);
  assert.equal((await valija(server, 'dkim', 'check', 'valija.test')).code, 0);
  const changed = await keysOf(server, 'rotate', 'valija.test');
  assert.deepEqual(
    changed.map(({ selector, status }) => `${selector} ${status}`),
    ['b active', 'a retiring'],
  );
  assert.equal(next[0]?.status, 'next');
});

test("[C23] a bounce that leaves bears a signature of our domain, and nobody else's mail does", async () => {
  await using sink = await openSink({
    fault: (moment, line) => (moment === 'RCPT' && line.includes(TO) ? '550 5.1.1 nobody of that name' : undefined),
  });
  const settings = [`relayhost = "[127.0.0.1]:${sink.port}"`, 'smtp_allow_loopback = true', ONLY_STRANGERS];
  await using server = await startServer({ settings: settings.join('\n'), aliases: { 'lista@valija.test': [TO] } });
  const keys = await keysOf(server, 'generate', 'valija.test', '--selector', 'a');
  using talk = await openSmtp(server, 'smtp');
  assert.match(await talk.bring('marta@example.net', ['lista@valija.test'], LETTER), /^250 /);
  const bounce = await nextMessage(sink, 1);
  assert.deepEqual([sink.messages[0]?.sender, sink.messages[0]?.recipients], ['', ['marta@example.net']]);
  assert.match(bounce.toString(), /^Content-Type: multipart\/report;/m);
  assert.deepEqual(await verdicts(bounce, keys), ['a pass', 'a-ed25519 pass']);
});

test('[C23] what a program of this machine posts with sendmail is signed', async () => {
  await using sink = await openSink();
  await using server = await startSigning(sink);
  const keys = await keysOf(server, 'generate', 'valija.test', '--selector', 'a');
  const words = ['sendmail', '-C', server.configFile, '-f', USER1, TO];
  const program = join(import.meta.dirname, '../../bin/valija');
  const { code, errors } = await runProgram(program, words, { input: LETTER.replaceAll('\r\n', '\n') });
  assert.equal(code, 0, errors);
  assert.deepEqual(await verdicts(await nextMessage(sink, 1), keys), ['a pass', 'a-ed25519 pass']);
});
