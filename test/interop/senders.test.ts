// Real programs that send: each hands a message to the submission service, and it lies in the other user's mailbox.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createTransport } from 'nodemailer';
import { ONLY_STRANGERS, PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { mailbox } from './mailbox-reader.ts';
import { programTest, runProgram } from './real-program.ts';
import { plainMessage } from './sample-mail.ts';

let server: RunningServer;
let folder: string;
before(async () => {
  server = await startServer({ settings: ONLY_STRANGERS });
  folder = mkdtempSync(join(tmpdir(), 'valija-senders-'));
});
after(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

for (const [how, service, flag] of [
  ['STARTTLS on 587', 'submission', '--tls'],
  ['TLS on 465', 'submissions', '--tls-on-connect'],
] as const) {
  programTest('swaks', `[C55][C58] sends with ${how} and AUTH`, async () => {
    const subject = `swaks ${service}`;
    const run = await runProgram('swaks', [
      ...['--server', '127.0.0.1', '--port', String(server.ports[service]), flag],
      ...['--auth', 'PLAIN', '--auth-user', USER1, '--auth-password', PASSWORD],
      ...['--from', USER1, '--to', USER2, '--header', `Subject: ${subject}`, '--body', 'hola'],
    ]);
    assert.equal(run.code, 0, run.output + run.errors);
    const message = await mailbox(server, USER2).waitFor(subject);
    assert.match(message, /^Return-Path: <usuario1@valija\.test>\r\nDelivered-To: usuario2@valija\.test\r\nReceived: /);
    assert.match(message, /with ESMTPSA id [0-9A-Za-z]+/);
  });
}

for (const mechanism of ['PLAIN', 'LOGIN', 'CRAM-MD5'] as const) {
  programTest(
    'swaks',
    `[C56] AUTH ${mechanism}: ${mechanism === 'CRAM-MD5' ? 'not offered' : 'right and wrong password'}`,
    async () => {
      const login = (password: string) =>
        runProgram('swaks', [
          ...['--server', '127.0.0.1', '--port', String(server.ports.submission), '--tls', '--quit-after', 'AUTH'],
          ...['--auth', mechanism, '--auth-user', USER1, '--auth-password', password],
        ]);
      const right = await login(PASSWORD);
      if (mechanism === 'CRAM-MD5') {
        assert.notEqual(right.code, 0);
        return;
      }
      assert.equal(right.code, 0, right.output);
      const wrong = await login('otra');
      assert.notEqual(wrong.code, 0);
      assert.match(wrong.output, /535 5\.7\.8 /);
    },
  );
}

programTest('curl', '[C55] sends over STARTTLS; Date and Message-ID are added, Bcc is removed [C74]', async () => {
  const run = await runProgram(
    'curl',
    [
      ...['-sS', '-k', '--ssl-reqd', `smtp://127.0.0.1:${server.ports.submission}`, '-u', `${USER1}:${PASSWORD}`],
      ...['--mail-from', USER1, '--mail-rcpt', USER2, '-T', '-'],
    ],
    {
      input: `From: <${USER1}>\r\nTo: <${USER2}>\r\nBcc: <secreto@valija.test>\r\nSubject: curl starttls\r\n\r\nhola\r\n`,
    },
  );
  assert.equal(run.code, 0, run.errors);
  const message = await mailbox(server, USER2).waitFor('curl starttls');
  assert.match(message, /^Date: /m);
  assert.match(message, /^Message-ID: <[^>]+@[^>]+>\r$/im);
  assert.doesNotMatch(message, /secreto/);
});

programTest('msmtp', 'sends with STARTTLS and SCRAM-SHA-256', async () => {
  const config = join(folder, 'msmtprc');
  const lines = [
    'account default',
    'host 127.0.0.1',
    `port ${server.ports.submission}`,
    'tls on',
    'tls_certcheck off',
    'auth scram-sha-256',
    `user ${USER1}`,
    `password ${PASSWORD}`,
    `from ${USER1}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const run = await runProgram('msmtp', ['-C', config, USER2], { input: plainMessage('msmtp scram') });
  assert.equal(run.code, 0, run.errors);
  await mailbox(server, USER2).waitFor('msmtp scram');
});

test('nodemailer: sends ñ and € in subject, body and file name, and they arrive [C73]', async (t) => {
  t.diagnostic('version: nodemailer (npm)');
  const transport = createTransport({
    host: '127.0.0.1',
    port: server.ports.submissions,
    secure: true,
    auth: { user: USER1, pass: PASSWORD },
    tls: { rejectUnauthorized: false },
  });
  await transport.sendMail({
    from: USER1,
    to: USER2,
    subject: 'El año y el €',
    text: 'Mañana, 5 €.',
    attachments: [{ filename: 'año €.txt', content: 'adjunto' }],
  });
  transport.close();
  const message = await mailbox(server, USER2).waitForHeader('Subject', 'El año y el €');
  assert.ok(message.text.includes('Mañana, 5 €.'));
  assert.deepEqual(message.fileNames, ['año €.txt']);
});

programTest(
  'swaks',
  '[C27] a stranger sends to a user on port 25, an unknown user is refused at RCPT, and nothing is relayed',
  async () => {
    const send = (to: string) =>
      runProgram('swaks', [
        ...['--server', '127.0.0.1', '--port', String(server.ports.smtp), '--from', 'ana@example.org', '--to', to],
        ...['--header', 'Subject: swaks stranger', '--body', 'hola'],
      ]);
    assert.equal((await send(USER2)).code, 0);
    await mailbox(server, USER2).waitFor('swaks stranger');
    assert.match((await send('nadie@valija.test')).output, /<\*\* 550 5\.1\.1 /);
    assert.match((await send('ana@example.net')).output, /<\*\* 554 5\.7\.1 /);
  },
);

programTest('swaks', 'LMTP answers for each recipient', async () => {
  const run = await runProgram('swaks', [
    ...[
      '--protocol',
      'LMTP',
      '--server',
      '127.0.0.1',
      '--port',
      String(server.ports.lmtp),
      '--from',
      'ana@example.org',
    ],
    ...['--to', `${USER1},${USER2}`, '--header', 'Subject: swaks lmtp', '--body', 'hola'],
  ]);
  assert.equal(run.code, 0, run.output);
  await mailbox(server, USER1).waitFor('swaks lmtp');
  await mailbox(server, USER2).waitFor('swaks lmtp');
});
