import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, Socket } from 'node:net';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { WorldError } from '#base/world-error.ts';
import { DEFAULT_SOCKET_LIMITS, SocketConnection } from './socket-connection.ts';

const FACTS = {
  connectionId: 'c1',
  clientAddress: '127.0.0.1',
  clientPort: 1,
  serverAddress: '127.0.0.1',
  serverPort: 2,
};

test('[T5] who asks and does not read is let go, and the session hears of it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.pause();
  const [socket] = (await once(server, 'connection')) as [Socket];
  const limits = { ...DEFAULT_SOCKET_LIMITS, writeTimeoutMs: 100 };
  const connection = new SocketConnection(
    socket,
    FACTS,
    { heedsNames: false, context: () => createSecureContext() },
    limits,
  );
  const piece = Buffer.alloc(1_000_000);
  await assert.rejects(async () => {
    for (let i = 0; i < 100; i += 1) await connection.write(piece);
  }, WorldError);
  client.destroy();
  server.close();
});

test('what came meanwhile is read at once; amid content a piece at a time, without being copied', async () => {
  const given = () => {
    const connection = new SocketConnection(new Socket(), FACTS, {
      heedsNames: false,
      context: () => createSecureContext(),
    });
    for (const [octet, length] of [
      ['a', 1],
      ['b', 5_000],
      ['c', 1],
    ] as const)
      connection.arrive(Buffer.alloc(length, octet));
    return connection;
  };
  const all = `a${'b'.repeat(5_000)}c`;
  assert.equal(String(await given().read(1_000)), all);
  const content = given();
  assert.deepEqual([String(await content.read(1_000, 'content')), content.isQuiet], ['a', false]);
  assert.deepEqual([String(await content.read(1_000, 'content')), content.isQuiet], [all.slice(1), true]);
});
