import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { connectSocket } from './socket-client.ts';

test('the same client end over a real socket: lines, an end, and waiting in vain', async () => {
  const server = createServer((socket) => {
    socket.write('220 hello\r\n');
    socket.on('data', (chunk) => socket.write(chunk));
    socket.on('end', () => socket.end('bye\r\n'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = await connectSocket({ port: (server.address() as AddressInfo).port });
  assert.equal(await client.readLine(), '220 hello');
  client.send('x\r\n');
  assert.equal(await client.readLine(), 'x');
  await assert.rejects(client.readLine(20), /nothing came in time/);
  client.close();
  assert.equal(await client.readToEnd(), 'bye\r\n');
  server.close();
});
