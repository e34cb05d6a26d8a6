// The web's doors of a whole server, as programs outside come to them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { parseZone } from '#platform/dns/zone-file.ts';
import { openZoneServer } from '#platform/dns/zone-server.ts';
import { type RunningServer, startServer } from '../world/running-server.ts';
import { memoryBytes } from '../world/server-process.ts';
import { until } from '../world/until.ts';

/** Whoever connects to 127.0.0.1 asks for whatever host it likes. */
async function see(server: RunningServer, url: string): Promise<{ status: number | undefined; body: string }> {
  const { hostname, pathname, search } = new URL(url);
  const options = { host: '127.0.0.1', port: server.ports.https, servername: hostname, rejectUnauthorized: false };
  const request = get({ ...options, path: `${pathname}${search}`, headers: { host: hostname }, agent: false });
  const [response] = await once(request, 'response');
  return { status: response.statusCode, body: await text(response) };
}

test('Thunderbird is told of the ports that are really bound', async () => {
  await using server = await startServer();
  const url = 'https://autoconfig.valija.test/mail/config-v1.1.xml?emailaddress=usuario1%40valija.test';
  const { status, body } = await see(server, url);
  assert.equal(status, 200);
  const { imaps, imap, pop3s, pop3, submissions, submission } = server.ports;
  assert.deepEqual(
    [...body.matchAll(/<port>(\d+)</g)].map(([, port]) => Number(port)),
    [imaps, imap, pop3s, pop3, submissions, submission],
  );
  assert.equal((await see(server, 'https://autoconfig.example.org/mail/config-v1.1.xml')).status, 404);
  const line = /127\.0\.0\.1: GET autoconfig\.example\.org \/mail\/config-v1\.1\.xml 404/;
  await until('the request is in the log', () => line.test(server.log()));
});

test('mail programs hear of the ways in that auth_mechanisms leaves, also after a SIGHUP', async () => {
  const ways = async (server: RunningServer) => {
    const { body } = await see(server, 'https://autoconfig.valija.test/mail/config-v1.1.xml');
    return [...new Set([...body.matchAll(/<authentication>(.*?)</g)].map(([, text]) => text))];
  };
  await using server = await startServer({ settings: 'auth_mechanisms = ["SCRAM-SHA-256"]\n' });
  assert.deepEqual(await ways(server), ['password-encrypted']);
  const profile = await see(server, 'https://mail.valija.test/mail/apple.mobileconfig?emailaddress=a%40valija.test');
  assert.equal(profile.status, 404);
  assert.match(profile.body, /takes no passwords/);
  writeFileSync(server.configFile, readFileSync(server.configFile, 'utf8').replace('["SCRAM-SHA-256"]', '["PLAIN"]'));
  process.kill(server.supervisorPid, 'SIGHUP');
  await until('PLAIN is told', async () => (await ways(server)).join() === 'password-cleartext');
});

test('in clear there is a redirect to the https port', async () => {
  await using server = await startServer();
  const answer = await fetch(`http://127.0.0.1:${server.ports.http}/x?y`, { redirect: 'manual' });
  assert.equal(answer.status, 308);
  assert.equal(answer.headers.get('Location'), `https://127.0.0.1:${server.ports.https}/x?y`);
  const health = await fetch(`http://127.0.0.1:${server.ports.http}/healthz`);
  assert.equal(await health.text(), 'ready\n');
});

test('[C71] our own policy names the real mail exchangers, at its host and under TLS', async () => {
  const zone = parseZone({
    origin: 'valija.test',
    text: '@ SOA ns root 1 1 1 1 1\n@ MX 10 mail\n@ MX 20 backup.example.net.\nmail A 192.0.2.1\n',
  });
  assert.ok(zone.ok);
  await using names = await openZoneServer({ address: '127.0.0.1', port: 0, zones: [zone.value] });
  const settings = `resolver_addresses = ["127.0.0.1:${names.port}"]\nsender_authentication = false\n`;
  await using server = await startServer({ settings });
  const { status, body } = await see(server, 'https://mta-sts.valija.test/.well-known/mta-sts.txt');
  assert.equal(status, 200);
  const lines = body.split('\r\n').filter((line) => line !== '');
  assert.deepEqual(lines.slice(0, 4), [
    'version: STSv1',
    'mode: testing',
    'mx: backup.example.net',
    'mx: mail.valija.test',
  ]);
  assert.match(lines[4] ?? '', /^max_age: \d+$/);
  assert.equal((await see(server, 'https://mta-sts.example.org/.well-known/mta-sts.txt')).status, 404);
});

test('[T5] request lines without an end cost no memory', async () => {
  await using server = await startServer();
  await fetch(`http://127.0.0.1:${server.ports.http}/healthz`).then((answer) => answer.text());
  const before = memoryBytes(server.pid, 'now');
  const sockets = Array.from({ length: 20 }, () => connect(server.ports.http, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => undefined);
  const answers = sockets.map((socket) => text(socket).catch(() => ''));
  for (const socket of sockets) socket.write(`GET /${'a'.repeat(1_048_576)}`);
  for (const answer of await Promise.all(answers)) assert.match(answer, /^(?:HTTP\/1\.1 431 |$)/);
  assert.ok(memoryBytes(server.pid, 'now') - before < 64 * 1_048_576);
  assert.equal((await fetch(`http://127.0.0.1:${server.ports.http}/healthz`)).status, 200);
});

test('one network has so many connections, and hears why the next must wait', async () => {
  const settings = 'http_client_connection_count_limit = 2\nsmtpd_client_event_limit_exceptions = []\n';
  await using server = await startServer({ settings });
  const open = () => connect(server.ports.http, '127.0.0.1').on('error', () => undefined);
  const ask = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';
  const [one, two] = [open(), open()];
  for (const socket of [one, two]) {
    socket.write(ask);
    await once(socket, 'data');
  }
  const third = open();
  assert.match(await text(third), /^HTTP\/1\.1 503 .*Retry-After: 60.*too many connections from 127\.0\.0\.1\n$/s);
  one.destroy();
  two.destroy();
});
