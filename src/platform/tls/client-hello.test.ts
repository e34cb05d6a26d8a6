import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';
import fc from 'fast-check';
import { readClientHello } from './client-hello.ts';

/** The very first octets that OpenSSL sends. */
async function helloOf(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', ...options });
  client.on('error', () => undefined);
  const [socket] = await once(server, 'connection');
  const pieces: Buffer[] = [];
  while (readClientHello(Buffer.concat(pieces)) === 'incomplete') pieces.push((await once(socket, 'data'))[0]);
  client.destroy();
  socket.destroy();
  server.close();
  return Buffer.concat(pieces);
}

const hello = await helloOf({ servername: 'mail.valija.test', ALPNProtocols: ['acme-tls/1', 'h2'] });

test('[C51] the name and the protocols are read, whole and octet by octet, with trailing data and in several records', () => {
  const expected = { serverName: 'mail.valija.test', protocols: ['acme-tls/1', 'h2'] };
  assert.deepEqual(readClientHello(hello), expected);
  assert.deepEqual(readClientHello(Buffer.concat([hello, Buffer.from('more')])), expected);
  for (let length = 0; length < hello.length; length += 1) {
    assert.equal(readClientHello(hello.subarray(0, length)), 'incomplete', `${length}`);
  }
  const message = hello.subarray(5);
  const records = [message.subarray(0, 3), message.subarray(3, 100), message.subarray(100)].map((piece) => {
    const header = Buffer.from([22, 3, 1, 0, 0]);
    header.writeUInt16BE(piece.length, 3);
    return Buffer.concat([header, piece]);
  });
  assert.deepEqual(readClientHello(Buffer.concat(records)), expected);
});

test('a client that names nobody, and TLS 1.2', async () => {
  const old = await helloOf({ maxVersion: 'TLSv1.2' });
  assert.deepEqual(readClientHello(old), { serverName: undefined, protocols: [] });
});

test('what is no hello is told at once, and never waited for', () => {
  assert.equal(readClientHello(Buffer.from('GET / HTTP/1.1\r\n')), 'other');
  assert.equal(readClientHello(Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])), 'other');
  assert.equal(readClientHello(Buffer.from([22, 3, 1, 0, 4, 1, 255, 255, 255])), 'other');
});

test('[T5] a hello without an end is not waited for, in whatever records it comes', () => {
  const empty = Buffer.from([22, 3, 1, 0, 0]);
  const single = Buffer.from([22, 3, 1, 0, 1, 0]);
  const begun = Buffer.from([22, 3, 1, 0, 4, 1, 0, 255, 252]);
  for (const record of [empty, single]) {
    const records = (octets: number) => Buffer.alloc(Math.ceil(octets / record.length) * record.length, record);
    for (const first of [begun, empty]) {
      assert.equal(readClientHello(Buffer.concat([first, records(70_000)])), 'other');
    }
    assert.equal(readClientHello(Buffer.concat([begun, records(60_000)])), 'incomplete');
  }
});

test('whatever comes instead of a hello, nothing is thrown', () => {
  const bent = fc.tuple(fc.nat(hello.length - 1), fc.nat(255), fc.nat(hello.length));
  fc.assert(
    fc.property(fc.array(bent, { maxLength: 4 }), (changes) => {
      const octets = Buffer.from(hello);
      for (const [at, value] of changes) octets[at] = value;
      readClientHello(octets.subarray(0, changes[0]?.[2] ?? octets.length));
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => void readClientHello(Buffer.from(octets))));
});
