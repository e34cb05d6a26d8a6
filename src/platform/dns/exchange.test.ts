import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchangeByDatagram, exchangeByStream } from './exchange.ts';

test('a server that no way leads to is unreachable, by datagram and over TCP', async () => {
  // The system connects nobody to the broadcast address, as it connects nobody where a machine has no route.
  const server = { address: '255.255.255.255', port: 53 };
  const exchange = { server, message: Buffer.alloc(12), signal: AbortSignal.timeout(90_000), read: () => undefined };
  assert.equal(await exchangeByDatagram(exchange), 'unreachable');
  assert.equal(await exchangeByStream(exchange), 'unreachable');
});
