// Scanners of viruses and spam as milters: clamav-milter with clamd, spamass-milter with spamd.

import assert from 'node:assert/strict';
import { readMailbox } from '../world/mail-reader.ts';
import { PASSWORD, startServer, USER1 } from '../world/running-server.ts';
import { deliver } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { findProgram, programTest } from './real-program.ts';
import { EICAR, startClamavMilter, startSpamassMilter } from './scanner-milters.ts';

const LOGIN = { address: USER1, password: PASSWORD };
const GTUBE = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';
const HEAD = [
  'From: Ana <ana@example.org>',
  'To: usuario1@valija.test',
  'Subject: hola',
  'Date: Sat, 21 Nov 2026 10:00:00 +0000',
  'Message-ID: <uno@example.org>',
];

function letter(...lines: string[]): string {
  return [...HEAD, ...lines, ''].join('\r\n');
}

const ATTACHED = letter(
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=x',
  ...['', '--x', 'Content-Type: text/plain', '', 'Hola', '--x', 'Content-Type: application/octet-stream'],
  'Content-Disposition: attachment; filename="hola.com"',
  ...['Content-Transfer-Encoding: base64', '', Buffer.from(EICAR).toString('base64'), '--x--'],
);

programTest('clamav-milter', '[C24] [C39] refuses a virus, plain and attached; clamd down puts mail off', async () => {
  await using milter = await startClamavMilter(findProgram('clamav-milter') ?? '');
  await using server = await startServer({ settings: `smtpd_milters = ["${milter.name}"]\n` });
  assert.match(await deliver(server, USER1, letter('', EICAR)), /^550 5\.7\.1 Infected: Eicar-Test-Signature/);
  assert.match(await deliver(server, USER1, ATTACHED), /^550 5\.7\.1 Infected: Eicar-Test-Signature/);
  await until('the log', () => /milter-reject: END-OF-MESSAGE .*: 5\.7\.1 Infected: Eicar/.test(server.log()));
  assert.match(await deliver(server, USER1, letter('', 'Hola')), /^250 /);
  const { messages } = await readMailbox(server, LOGIN);
  assert.match(messages[0]?.text ?? '', /^X-Virus-Scanned: clamav-milter/m);
  assert.match(messages[0]?.text ?? '', /^X-Virus-Status: Clean/m);
  await milter.clamd.end();
  assert.match(await deliver(server, USER1, letter('', 'Hola')), /^451 4\.7\.1 /);
});

programTest('spamass-milter', '[C24] [C38] refuses GTUBE, and marks what is no spam', async () => {
  await using milter = await startSpamassMilter(findProgram('spamass-milter') ?? '');
  await using server = await startServer({ settings: `smtpd_milters = ["${milter.name}"]\n` });
  assert.match(await deliver(server, USER1, letter('', GTUBE)), /^550 5\.7\.1 Blocked by SpamAssassin/);
  assert.match(await deliver(server, USER1, letter('', 'Hola')), /^250 /);
  const { messages } = await readMailbox(server, LOGIN);
  assert.equal(messages.length, 1);
  assert.match(messages[0]?.text ?? '', /^X-Spam-Status: No, score=/m);
});
