// info@valija.test and info@escuela.test are two people: two mailboxes, two passwords, two quotas, two keys.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openMaildrop, readMailbox } from '../world/mail-reader.ts';
import { type RunningServer, startServer } from '../world/running-server.ts';
import { deliver, openSmtp, submit } from '../world/smtp-talk.ts';
import { valija } from '../world/valija-command.ts';

const VALIJA = { address: 'info@valija.test', password: 'clave de valija' };
const ESCUELA = { address: 'info@escuela.test', password: 'clave de escuela' };

let server: RunningServer;
before(async () => {
  server = await startServer({ accounts: [VALIJA, { ...ESCUELA, quotaBytes: 20_000 }] });
});
after(() => server[Symbol.asyncDispose]());

test('[C63] each has a mailbox of its own', async () => {
  await deliver(server, VALIJA.address, 'Subject: a valija\r\n\r\nhola\r\n');
  await deliver(server, ESCUELA.address, 'Subject: a escuela\r\n\r\nhola\r\n');
  for (const [who, subject] of [
    [VALIJA, 'a valija'],
    [ESCUELA, 'a escuela'],
  ] as const) {
    const { messages } = await readMailbox(server, who);
    assert.deepEqual(
      messages.map(({ text }) => /^Subject: (.*)\r$/m.exec(text)?.[1]),
      [subject],
    );
    using drop = await openMaildrop(server, who);
    assert.match((await drop.retrieve(1)).toString(), new RegExp(`^Delivered-To: ${who.address}\r$`, 'm'));
  }
});

test('[C63] each has a password of its own, and neither writes as the other', async () => {
  for (const crossed of [
    { address: VALIJA.address, password: ESCUELA.password },
    { address: ESCUELA.address, password: VALIJA.password },
  ]) {
    await assert.rejects(openSmtp(server, 'submissions', crossed), /535 5\.7\.8 /);
    await assert.rejects(openMaildrop(server, crossed), /-ERR \[AUTH\]/);
    await assert.rejects(readMailbox(server, crossed));
  }
  using talk = await openSmtp(server, 'submission', ESCUELA);
  assert.match(await talk.say(`MAIL FROM:<${VALIJA.address}>`), /^553 5\.7\.1 /);
  assert.match(
    await submit(server, ESCUELA, VALIJA.address, `From: ${VALIJA.address}\r\n\r\nhola\r\n`),
    /^5\d\d 5\.7\.1 /,
  );
});

test('[C63] each has a quota of its own', async () => {
  const large = `Subject: grande\r\n\r\n${'x'.repeat(70)}\r\n`.padEnd(15_000, `${'y'.repeat(70)}\r\n`).concat('\r\n');
  assert.match(await deliver(server, ESCUELA.address, large), /^250 /);
  using talk = await openSmtp(server, 'smtp');
  await talk.say('MAIL FROM:<ana@example.org> SIZE=15000');
  assert.match(await talk.say(`RCPT TO:<${ESCUELA.address}>`), /^452 4\.2\.2 /);
  assert.match(await talk.say(`RCPT TO:<${VALIJA.address}>`), /^250 /);
});

test('[C63] each is signed for with the key of its domain', async () => {
  for (const domain of ['valija.test', 'escuela.test']) {
    const made = await valija(server, 'dkim', 'generate', domain, '--selector', domain.split('.', 1)[0] ?? '');
    assert.equal(made.code, 0, made.errors);
  }
  for (const who of [VALIJA, ESCUELA]) {
    const letter = `From: ${who.address}\r\nSubject: firmada\r\n\r\nhola\r\n`;
    assert.match(await submit(server, who, VALIJA.address, letter), /^250 /);
  }
  const { messages } = await readMailbox(server, VALIJA);
  const signers = messages.flatMap(({ text }) =>
    [...text.matchAll(/ d=(\S+);\r\n\ts=(\w+);/g)].map(([, d, s]) => `${s}@${d}`),
  );
  assert.deepEqual(signers, ['valija@valija.test', 'escuela@escuela.test']);
});
