// Many clients at once, and clients that waste time: the limits hold, each says why, and everybody else is served.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Conversation } from '../world/client-stream.ts';
import { PASSWORD, startServer, USER1 } from '../world/running-server.ts';
import { connectSocket } from '../world/socket-client.ts';
import { until } from '../world/until.ts';

/** Long enough for all of a crowd to be greeted before the first of them is sent away. */
const TIMEOUT_SECONDS = 20;

const server = await startServer({
  settings: `
smtpd_client_event_limit_exceptions = []
smtpd_client_connection_count_limit = 50
mail_client_connection_count_limit = 20
mail_max_userip_connections = 3
smtpd_client_message_rate_limit = 5
smtpd_timeout = "${TIMEOUT_SECONDS}s"
smtpd_error_sleep_time = "1s"
`,
});
after(() => server[Symbol.asyncDispose]());

async function openMany(count: number, port: number, implicitTls = false): Promise<Conversation[]> {
  return Promise.all(Array.from({ length: count }, () => connectSocket({ port, implicitTls })));
}

function closeAll(clients: readonly Conversation[]): Promise<unknown> {
  for (const client of clients) client.close();
  return Promise.allSettled(clients.map((client) => client.readToEnd()));
}

async function logIn(client: Conversation): Promise<string> {
  await client.readLine();
  client.send(`a LOGIN ${USER1} "${PASSWORD}"\r\n`);
  return client.waitFor('\r\n');
}

test('[T5] of 200 connections from one network 50 are served, the others hear 421, and the next network is served', async () => {
  const clients = await openMany(200, server.ports.smtp);
  const lines = await Promise.all(clients.map((client) => client.readLine()));
  const refused = lines.filter((line) =>
    line?.startsWith('421 4.7.0 mail.valija.test Error: too many connections from'),
  );
  const served = lines.filter((line) => line?.startsWith('220 '));
  assert.equal(served.length, 50);
  // Only so many are told at once; in a flood some are dropped without a word.
  assert.equal(refused.length + lines.filter((line) => line === undefined).length, 150);
  assert.ok(refused.length >= 100, `${refused.length} were told`);
  const other = await connectSocket({ port: server.ports.smtp, host: '127.0.0.1', localAddress: '127.0.0.2' });
  assert.match((await other.readLine()) ?? '', /^220 /);
  const imap = await connectSocket({ port: server.ports.imaps, implicitTls: true });
  assert.match(await logIn(imap), /^a OK/, 'another door is open to the same network');
  await closeAll([...clients, other, imap]);
});

test('IMAP and POP3 say it in their own words, behind TLS where there is TLS', async () => {
  for (const [port, implicitTls, words] of [
    [server.ports.imap, false, /^\* BYE \[LIMIT\] too many connections from 127\.0\.0\.1$/],
    [server.ports.pop3, false, /^-ERR \[SYS\/TEMP\] too many connections from 127\.0\.0\.1$/],
    [server.ports.imaps, true, /^\* BYE \[LIMIT\] too many connections from 127\.0\.0\.1$/],
  ] as const) {
    const clients = await openMany(20, port, implicitTls);
    const [next] = await openMany(1, port, implicitTls);
    assert.match((await next?.readLine()) ?? '', words);
    await closeAll(clients);
  }
});

test('an account has so many IMAP sessions from one network, and another account its own', async () => {
  const clients = await openMany(4, server.ports.imaps, true);
  for (const client of clients.slice(0, 3)) assert.match(await logIn(client), /^a OK/);
  const last = clients[3];
  assert.ok(last);
  assert.match(await logIn(last), /^a NO \[LIMIT\] Maximum number of connections from user\+IP exceeded/);
  clients[0]?.send('b LOGOUT\r\n');
  await clients[0]?.readToEnd();
  // The place is free a moment after the client has gone.
  await until('a login', async () => {
    last.send(`c LOGIN ${USER1} "${PASSWORD}"\r\n`);
    return /^c OK/.test(await last.waitFor('\r\n'));
  });
  await closeAll(clients);
});

test('messages a minute are counted, and the next one is for later', async () => {
  const client = await connectSocket({ port: server.ports.smtp, localAddress: '127.0.0.3' });
  await client.readLine();
  client.send('EHLO a\r\n');
  await client.waitFor('250 BINARYMIME\r\n');
  for (let i = 0; i < 5; i += 1) {
    client.send('MAIL FROM:<>\r\nRSET\r\n');
    await client.waitFor('250 2.0.0 Ok\r\n');
  }
  client.send('MAIL FROM:<>\r\n');
  assert.equal(await client.readLine(), '450 4.7.1 Error: too much mail from 127.0.0.3');
  await closeAll([client]);
});

test('[T5] a message of an octet now and then ends with the time-out', async () => {
  const client = await connectSocket({ port: server.ports.smtp, localAddress: '127.0.0.4' });
  await client.readLine();
  client.send(`EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<${USER1}>\r\nDATA\r\n`);
  await client.waitFor('354 ');
  const began = performance.now();
  const drip = setInterval(() => client.send('x'), 100);
  const heard = await client.readToEnd();
  clearInterval(drip);
  assert.match(heard, /421 4\.4\.2 mail\.valija\.test Timeout, closing\r\n$/);
  const tookMs = performance.now() - began;
  assert.ok(tookMs > TIMEOUT_SECONDS * 900 && tookMs < TIMEOUT_SECONDS * 3_000, `${tookMs} ms`);
});

test('one line of the log a network, a rule and a minute', () => {
  const lines = server.log().match(/^.*Connection concurrency limit exceeded: .* for service smtp.*$/gm) ?? [];
  assert.equal(lines.length, 1, lines.join('\n'));
});
