import assert from 'node:assert/strict';
import { once } from 'node:events';
import { BoundSocket, connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { WorldError } from '#base/world-error.ts';
import type { Connection } from '#mail/ports/connection.ts';
import { makeSelfSigned } from '../tls/self-signed.ts';
import { ConnectionRoom } from './connection-room.ts';
import { type Listener, openListener } from './listener.ts';
import { DEFAULT_SOCKET_LIMITS, SocketConnection } from './socket-connection.ts';

const made = await makeSelfSigned('localhost', Date.now() - 1000, Date.now() + 3_600_000);
const context = createSecureContext({ cert: made.certificate, key: made.secretKey });

async function listener(
  serve: (connection: Connection) => Promise<void>,
  options: { reportBug?: (error: unknown) => void; room?: ConnectionRoom } = {},
): Promise<Listener> {
  let count = 0;
  const settings = {
    socket: new BoundSocket({ host: '127.0.0.1' }),
    room: options.room ?? new ConnectionRoom(1_000, assert.fail),
    tls: { heedsNames: false, context: () => context },
    nextConnectionId: () => `c${++count}`,
    reportBug: options.reportBug ?? assert.ifError,
  };
  return openListener(settings, serve);
}

async function echo(connection: Connection): Promise<void> {
  for (;;) {
    const chunk = await connection.read(60_000);
    if (chunk === undefined) break;
    await connection.write(chunk);
  }
  await connection.close();
}

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

test('bytes go both ways, and the end of one side is seen by the other', async () => {
  await using server = await listener(echo);
  const client = connect(server.port, '127.0.0.1');
  client.end('hola');
  assert.equal(await readAll(client), 'hola');
});

test('facts name both ends', async () => {
  const seen = Promise.withResolvers<Connection>();
  await using server = await listener(async (connection) => seen.resolve(connection));
  const client = connect(server.port, '127.0.0.1');
  const { facts, tls } = await seen.promise;
  assert.deepEqual([facts.clientAddress, facts.serverPort, facts.connectionId], ['127.0.0.1', server.port, 'c1']);
  assert.equal(tls, undefined);
  client.destroy();
});

test('[T3] bytes in clear behind STARTTLS are thrown away', async () => {
  const heard = Promise.withResolvers<void>();
  await using server = await listener(async (connection) => {
    assert.ok(connection instanceof SocketConnection);
    await connection.read(60_000);
    heard.resolve();
    while (connection.isQuiet) await new Promise(setImmediate);
    await connection.write('go\n');
    await connection.startTls();
    await echo(connection);
  });
  const clear = connect(server.port, '127.0.0.1');
  clear.write('STARTTLS\n');
  await heard.promise;
  clear.write('INJECTED\n');
  await once(clear, 'data');
  const secure = connectTls({ socket: clear, rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  secure.end('hola');
  assert.equal(await readAll(secure), 'hola');
});

test('implicit TLS: the service starts with the handshake done, and knows its facts', async () => {
  const seen = Promise.withResolvers<Connection>();
  await using server = await listener(async (connection) => {
    await connection.startTls();
    seen.resolve(connection);
    await echo(connection);
  });
  const client = connectTls({
    port: server.port,
    host: '127.0.0.1',
    servername: 'localhost',
    rejectUnauthorized: false,
  });
  client.end('hola');
  assert.equal(await readAll(client), 'hola');
  const { tls } = await seen.promise;
  assert.equal(tls?.version, 'TLSv1.3');
  assert.equal(tls?.serverName, 'localhost');
});

test('clear text at a TLS port ends that connection and nothing else', async () => {
  const bugs: unknown[] = [];
  const serve = async (connection: Connection) => {
    await connection.startTls();
    await echo(connection);
  };
  await using server = await listener(serve, { reportBug: (error) => bugs.push(error) });
  const client = connect(server.port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write('EHLO there\r\n'.repeat(5));
  await once(client, 'close');
  assert.deepEqual(bugs, []);
  assert.equal(server.openConnections, 0);
});

test('a silent peer is a WorldError after the time-out; it can still be told, and heard again', async () => {
  const failed = Promise.withResolvers<unknown>();
  await using server = await listener(async (connection) => {
    await connection.read(30).catch(failed.resolve);
    await assert.rejects(connection.read(30), /timed out/);
    await connection.write('too late');
    await echo(connection);
  });
  const client = connect(server.port, '127.0.0.1');
  assert.ok((await failed.promise) instanceof WorldError);
  await once(client, 'readable');
  client.end(', or not');
  assert.equal(await readAll(client), 'too late, or not');
});

test('our last words reach a peer that is still sending', async () => {
  await using server = await listener(async (connection) => {
    await connection.read(60_000);
    await connection.write('552 too big');
    await connection.close();
  });
  const client = connect(server.port, '127.0.0.1');
  client.pause();
  client.write(Buffer.alloc(30_000_000));
  await new Promise((resolve) => setTimeout(resolve, 300));
  client.end();
  assert.equal(await readAll(client), '552 too big');
});

test('who never stops sending, or never closes, is listened to within limits', async () => {
  const served = Promise.withResolvers<number>();
  await using server = await listener(async (connection) => {
    await connection.read(60_000);
    const beganMs = performance.now();
    await connection.close();
    served.resolve(performance.now() - beganMs);
  });
  const client = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  client.resume();
  client.write('hola');
  const tookMs = await served.promise;
  assert.ok(tookMs >= DEFAULT_SOCKET_LIMITS.lingerTimeoutMs - 50 && tookMs < 20_000, `${tookMs}`);
  client.destroy();
});

test('who finds no room is turned away, which is told once; the next one does', async () => {
  const reports: string[] = [];
  await using server = await listener(echo, { room: new ConnectionRoom(2, (text) => reports.push(text)) });
  const inside = [0, 1].map(() => connect(server.port, '127.0.0.1'));
  for (const client of inside) client.write('hola');
  await Promise.all(inside.map((client) => once(client, 'data')));
  for (let i = 0; i < 3; i++) assert.equal(await readAll(connect(server.port, '127.0.0.1')), '');
  assert.equal(reports.length, 1);
  const gone = Promise.all(inside.map((client) => once(client, 'close')));
  for (const client of inside) client.end();
  await gone;
  const next = connect(server.port, '127.0.0.1');
  next.end('adiós');
  assert.equal(await readAll(next), 'adiós');
});

test('a peer that sends without being read is held back', async () => {
  const go = Promise.withResolvers<void>();
  let largest = 0;
  const done = Promise.withResolvers<number>();
  await using server = await listener(async (connection) => {
    await go.promise;
    let total = 0;
    for (;;) {
      const chunk = await connection.read(60_000);
      if (chunk === undefined) break;
      largest = Math.max(largest, chunk.length);
      total += chunk.length;
    }
    done.resolve(total);
  });
  const client = connect(server.port, '127.0.0.1');
  client.end(Buffer.alloc(20_000_000));
  await new Promise((resolve) => setTimeout(resolve, 100));
  go.resolve();
  assert.equal(await done.promise, 20_000_000);
  assert.ok(largest <= 2 * 262_144, `${largest} octets were waiting`);
  client.destroy();
});

test('a bug in a service ends its connection and is reported', async () => {
  const bugs: unknown[] = [];
  await using server = await listener(async () => assert.fail('oops'), { reportBug: (error) => bugs.push(error) });
  const client = connect(server.port, '127.0.0.1');
  client.resume();
  await once(client, 'close');
  assert.equal(bugs.length, 1);
});

test('what was read stays as it was while others send: until the next read amid content, for ever otherwise', async () => {
  const kept: { readonly octets: Buffer; readonly sender: number }[] = [];
  const pieces = 40;
  await using server = await listener(async (connection) => {
    let left = pieces * 50_000;
    let isContent = false;
    while (left > 0) {
      isContent = !isContent;
      const octets = await connection.read(5_000, isContent ? 'content' : undefined);
      if (octets === undefined) break;
      left -= octets.length;
      const [sender] = octets;
      // Others have their turn, and send into the same memory.
      await new Promise((resolve) => setImmediate(resolve));
      assert.ok(octets.every((octet) => octet === sender));
      if (!isContent) kept.push({ octets, sender: sender ?? 0 });
    }
    await connection.write('.');
    await connection.close();
  });
  const send = async (sender: number) => {
    const client = connect(server.port, '127.0.0.1');
    for (let i = 0; i < pieces; i += 1) client.write(Buffer.alloc(50_000, sender));
    assert.equal(await readAll(client), '.');
  };
  await Promise.all([1, 2, 3, 4].map(send));
  assert.ok(kept.length > 0);
  for (const { octets, sender } of kept) assert.ok(octets.every((octet) => octet === sender));
});
