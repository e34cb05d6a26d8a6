import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { connectionPair } from './connection-pair.ts';

test('octets go both ways and an end is seen', async () => {
  const { server, client } = connectionPair();
  client.send('HELO a\r\n');
  assert.equal((await server.read(1000))?.toString(), 'HELO a\r\n');
  assert.equal(client.lastReadTimeoutMs, 1000);
  await server.write('250 b\r\n');
  assert.equal(await client.readLine(), '250 b');
  client.close();
  assert.equal(await server.read(1), undefined);
  assert.equal(await server.read(1), undefined, 'an end stays an end');
  await server.write('221 bye\r\n');
  await server.close();
  assert.equal(await client.readToEnd(), '221 bye\r\n');
});

test('[T3] what came in clear behind STARTTLS is thrown away', async () => {
  const { server, client } = connectionPair();
  client.send('STARTTLS\r\n');
  assert.equal((await server.read(1))?.toString(), 'STARTTLS\r\n');
  client.send('MAIL FROM:<injected@example.com>\r\n');
  const [facts] = await Promise.all([server.startTls(), client.startTls()]);
  assert.equal(facts.version, 'TLSv1.3');
  assert.equal(server.tls?.version, 'TLSv1.3');
  client.send('EHLO again\r\n');
  assert.equal((await server.read(1))?.toString(), 'EHLO again\r\n');
});

test('a client that talks in clear instead of shaking hands fails the handshake', async () => {
  const { server, client } = connectionPair();
  const shaken = server.startTls();
  client.send('NOOP\r\n');
  await assert.rejects(shaken, WorldError);
  assert.equal(await client.readToEnd(), '');
});

test('a reset ends reading and writing with a WorldError, again and again', async () => {
  const { server, client } = connectionPair();
  client.reset();
  await assert.rejects(server.read(1), WorldError);
  await assert.rejects(server.read(1), WorldError);
  await assert.rejects(server.write('x'), WorldError);
});

test('the test decides when a read times out', async () => {
  const { server, client } = connectionPair();
  const read = server.read(300_000);
  client.letReadTimeOut();
  await assert.rejects(read, /timed out/);
});

test('a client that does not read holds the server back', async () => {
  const { server, client } = connectionPair({ windowBytes: 10 });
  let written = false;
  const writing = server.write('0123456789abc').then(() => {
    written = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(written, false);
  await client.readExactly(13);
  await writing;
  assert.equal(written, true);
});
