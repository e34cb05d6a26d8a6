// A server that is told to stop says so to everybody who waits for nothing, lets transactions end, and is soon gone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD, startServer, USER1 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { connectSocket } from '../world/socket-client.ts';

const DEADLINE_MS = 20_000;

test('idle sessions get a farewell, a message under way gets its 250', async () => {
  await using server = await startServer();
  const open = (service: 'imap' | 'pop3' | 'imaps') =>
    connectSocket({ port: server.ports[service], implicitTls: service === 'imaps' });
  const imap = await open('imap');
  const idle = await open('imaps');
  const pop3 = await open('pop3');
  using quiet = await openSmtp(server, 'smtp');
  using busy = await openSmtp(server, 'smtp');
  for (const stream of [imap, pop3, idle]) await stream.readLine(DEADLINE_MS);
  idle.send(`a LOGIN ${USER1} "${PASSWORD}"\r\nb SELECT INBOX\r\nc IDLE\r\n`);
  for (let line = ''; !line.startsWith('+ '); ) line = (await idle.readLine(DEADLINE_MS)) ?? '+ ';
  await busy.say('MAIL FROM:<ana@example.org>');
  await busy.say(`RCPT TO:<${USER1}>`);
  await busy.say('DATA');

  const stopped = server.stop();
  const beganMs = performance.now();
  assert.match(await imap.readToEnd(DEADLINE_MS), /^\* BYE .*shutting down/m);
  assert.match(await idle.readToEnd(DEADLINE_MS), /^\* BYE .*shutting down/m);
  assert.match(await pop3.readToEnd(DEADLINE_MS), /^-ERR \[SYS\/TEMP\] Server shutting down/m);
  assert.match(await quiet.stream.readToEnd(DEADLINE_MS), /^421 4\.3\.2 \S+ Service shutting down/m);
  busy.stream.send('Subject: hola\r\n\r\nhola\r\n.\r\n');
  assert.match(await busy.stream.readToEnd(DEADLINE_MS), /^250 2\.0\.0 Ok: queued as \S+\r\n421 4\.3\.2 /);
  await stopped;
  assert.ok(performance.now() - beganMs < DEADLINE_MS);
});
