import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { freePort } from '../world/free-port.ts';
import { startServer } from '../world/running-server.ts';
import { until } from '../world/until.ts';

const V1 = 'PROXY TCP4 203.0.113.7 192.0.2.1 40000 25\r\n';
const port = await freePort();
const tlsPort = await freePort();
const proxied = (service: string, at: number) =>
  `[[listen]]\nservice = "${service}"\nport = ${at}\nhaproxy_trusted_networks = ["127.0.0.0/8"]\n`;
const server = await startServer({
  settings: `smtpd_client_connection_count_limit = 2\n${proxied('smtp', port)}${proxied('imaps', tlsPort)}`,
});

after(() => server[Symbol.asyncDispose]());

async function heardBy(socket: Socket, until?: string): Promise<string> {
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    if (until !== undefined && text.includes(until)) break;
  }
  return text;
}

/** Lines are written together, a moment later. */
async function logged(pattern: RegExp): Promise<void> {
  await until(`the log to say ${pattern}`, () => pattern.test(server.log()));
}

test('the client that the proxy names is the client: in the log, and for the limits', async () => {
  const open = Array.from({ length: 3 }, () => connect(port, '127.0.0.1'));
  for (const socket of open) socket.write(V1);
  // All stay until the last has been greeted.
  const greetings = await Promise.all(open.map(async (socket) => String((await once(socket, 'data'))[0])));
  for (const socket of open) socket.destroy();
  assert.deepEqual(greetings.map((text) => text.slice(0, 3)).sort(), ['220', '220', '421']);
  assert.match(greetings.find((text) => text.startsWith('421')) ?? '', /too many connections from 203\.0\.113\.7/);
  await logged(/connect from unknown\[203\.0\.113\.7\]/);
  await logged(/Connection concurrency limit exceeded: 3 from unknown\[203\.0\.113\.7\] for service smtp/);
});

test('the header and the first command in one segment, or octet by octet', async () => {
  const together = connect(port, '127.0.0.1');
  together.write(`${V1.replace('203.0.113.7', '203.0.113.8')}QUIT\r\n`);
  assert.match(await heardBy(together), /^220 [^\r]*\r\n221 /);
  const slowly = connect(port, '127.0.0.1').setNoDelay(true);
  for (const octet of `${V1.replace('203.0.113.7', '203.0.113.9')}QUIT\r\n`) {
    slowly.write(octet);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.match(await heardBy(slowly), /^220 [^\r]*\r\n221 /);
});

test('TLS begins behind the header, in the same segment or the next', async () => {
  for (const together of [true, false]) {
    const proxy = createServer((client) => {
      const upstream = connect(tlsPort, '127.0.0.1').setNoDelay(true);
      client.once('data', (hello) => {
        upstream.write(together ? Buffer.concat([Buffer.from(V1), hello]) : V1);
        if (!together) setTimeout(() => upstream.write(hello), 50);
        client.pipe(upstream).pipe(client);
      });
      client.on('error', () => upstream.destroy());
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const secure = connectTls({ port: (proxy.address() as AddressInfo).port, rejectUnauthorized: false });
    assert.match(await heardBy(secure, '\r\n'), /^\* OK /, together ? 'together' : 'apart');
    secure.destroy();
    proxy.close();
  }
});

test('[T5] anything but a header, and half a header, ends that connection and nothing else', async () => {
  for (const begin of [
    'EHLO a\r\n',
    'PROXY TCP4 1.2.3.4\r\n',
    `PROXY ${'x'.repeat(200)}`,
    '\r\n\r\n\0\r\nQUIT\n\x31',
  ]) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(begin, 'latin1');
    assert.equal(await heardBy(socket).catch(() => ''), '', JSON.stringify(begin));
  }
  const half = connect(port, '127.0.0.1');
  half.end('PROXY TCP4 1.2');
  assert.equal(await heardBy(half).catch(() => ''), '');
  await logged(/warning: the proxy 127\.0\.0\.1 named no client: PROXY header: it is malformed/);
  const after = connect(port, '127.0.0.1');
  after.write(`${V1.replace('203.0.113.7', '203.0.113.10')}QUIT\r\n`);
  assert.match(await heardBy(after), /^220 /);
});

test('without trust there is no header: it is a command that nobody knows', async () => {
  const socket = connect(server.ports.submission, '127.0.0.1');
  socket.write(`${V1}QUIT\r\n`);
  assert.match(await heardBy(socket), /^220 [^\r]*\r\n500 5\.5\.1 /);
});
