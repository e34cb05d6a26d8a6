// Milters beside a whole server: over sockets, for mail that comes, that is submitted and that is posted; told by `why`, asked by
// `simulate` when that is wanted, and others after a reload.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '../interop/real-program.ts';
import { type GivenMilter, givenMilter, type SaidPacket } from '../world/given-milter.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { PASSWORD, startServer, USER1 } from '../world/running-server.ts';
import { deliver, openSmtp, submit } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/valija');
const LOGIN = { address: USER1, password: PASSWORD };
const TEXT = 'From: Ana <ana@example.org>\r\nSubject: hola\r\n\r\nHola\r\n';

function atEnd(...packets: SaidPacket[]): Promise<GivenMilter> {
  return givenMilter({ answer: ({ letter }) => (letter === 'O' ? undefined : letter === 'E' ? packets : [['c']]) });
}

function letters({ heard }: GivenMilter): string {
  return heard.map((line) => line[0]).join('');
}

test('[C24] each way in has its milters, and `why` tells what they did', async () => {
  await using incoming = await atEnd(['h', 'X-Incoming', 'yes'], ['c']);
  await using posted = await atEnd(['h', 'X-Posted', 'yes'], ['c']);
  const settings = `smtpd_milters = ["${incoming.name}"]\nnon_smtpd_milters = ["${posted.name}"]\n`;
  await using server = await startServer({ settings });
  // The server attacks itself before it opens its doors: milters are left out of that.
  assert.deepEqual(incoming.heard, []);
  assert.match(await deliver(server, USER1, TEXT), /^250 /);
  assert.match(await submit(server, LOGIN, USER1, `From: ${USER1}\r\n\r\nHola\r\n`), /^250 /);
  const words = ['sendmail', '-C', server.configFile, USER1];
  const dropped = await runProgram(PROGRAM, words, { input: 'Subject: x\n\nhola\n' });
  assert.equal(dropped.code, 0, dropped.errors);
  const messages = await until('three messages', async () => {
    const { messages: seen } = await readMailbox(server, LOGIN);
    return seen.length === 3 && seen;
  });
  const marks = messages.map(({ text }) => /^X-(?:Incoming|Posted)/m.exec(text)?.[0]);
  assert.deepEqual(marks.sort(), ['X-Incoming', 'X-Incoming', 'X-Posted']);
  await until('the milters’ connections end', () => incoming.connections.open + posted.connections.open === 0);
  assert.match(letters(incoming), /Q$/);
  const why = await valija(server, 'why', '--from', 'ana@example.org');
  assert.match(why.output, new RegExp(`We showed it to ${incoming.name}, which had nothing against it\\.`));
  assert.match(why.output, /changed the message: X-Incoming was added\./);
  const porque = await valija(server, '--lang', 'es', 'why', '--from', 'ana@example.org');
  assert.match(porque.output, /cambió el mensaje: se añadió X-Incoming\./);
});

test('[C24] a simulation leaves milters out and says so, or asks them; a reload changes them', async () => {
  await using milter = await atEnd(['y', '550 5.7.1 Not today']);
  await using server = await startServer({ settings: `smtpd_milters = ["${milter.name}"]\n` });
  const question = ['simulate', '--client', '192.0.2.9', '--from', 'ana@example.org', USER1];
  const unasked = await valija(server, ...question);
  assert.deepEqual(milter.heard, []);
  assert.match(`${unasked.output}${unasked.errors}`, /milters and other mail servers were not asked/);
  const asked = await valija(server, ...question, '--ask-services');
  assert.match(asked.output, /550 5\.7\.1 Not today/);
  assert.match(asked.output, /smtpd_milters/);
  assert.match(letters(milter), /E/);
  assert.match(await deliver(server, USER1, TEXT), /^550 5\.7\.1 Not today/);
  writeFileSync(server.configFile, readFileSync(server.configFile, 'utf8').replace(/^smtpd_milters.*$/m, ''));
  process.kill(server.supervisorPid, 'SIGHUP');
  await until('the settings without milters', async () => /^250 /.test(await deliver(server, USER1, TEXT)));
});

test('[C24] a milter dies under an open session: the sender keeps the message, and comes again', async () => {
  const milter = await givenMilter();
  await using server = await startServer({ settings: `smtpd_milters = ["${milter.name}"]\n` });
  using talk = await openSmtp(server, 'smtp');
  assert.match(await talk.bring('ana@example.org', [USER1], TEXT), /^250 /);
  await milter[Symbol.asyncDispose]();
  assert.match(
    await talk.bring('ana@example.org', [USER1], TEXT),
    /^451 4\.7\.1 Service unavailable - try again later/,
  );
  assert.equal((await readMailbox(server, LOGIN)).messages.length, 1);
});
