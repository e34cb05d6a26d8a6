import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createSecureContext, TLSSocket } from 'node:tls';
import { createAuthority, type TestCertificate } from '../../../test/world/certificate-authority.ts';
import { ClientTls } from './client-tls.ts';

const NAME = 'mx.example.org';
const OPTIONS = { serverName: NAME, sessionKey: 'mx', timeoutMs: 10_000 };

async function openServer(t: TestContext, { pem, key }: TestCertificate) {
  const secureContext = createSecureContext({ cert: pem, key, sessionIdContext: 'test' });
  const server = createServer((clear) => {
    const secure = new TLSSocket(clear, { isServer: true, secureContext });
    secure.on('error', () => undefined);
    // Its tickets have come when this has.
    secure.end('hello');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return async (tls: ClientTls) => {
    const clear = connect(port, '127.0.0.1');
    await once(clear, 'connect');
    const secure = tls.wrap(clear, OPTIONS);
    let ticket: Buffer = Buffer.alloc(0);
    secure.on('session', (octets: Buffer) => {
      ticket = octets;
    });
    await once(secure, 'secureConnect');
    const identity = tls.identify(secure);
    const isResumed = secure.isSessionReused();
    const closed = once(secure, 'close');
    secure.on('data', () => undefined);
    await closed;
    return { identity, isResumed, giveTicket: () => secure.emit('session', ticket) };
  };
}

test('[C41] a session is resumed as the server that gave it, though another one answered to the same name meanwhile', async (t) => {
  const authority = await createAuthority();
  const genuine = await openServer(t, await authority.sign([NAME]));
  const impostor = await openServer(t, await (await createAuthority()).sign([NAME]));
  const tls = new ClientTls([authority.pem]);
  const early = await impostor(tls);
  assert.notEqual(early.identity.distrust, undefined);
  assert.equal((await genuine(tls)).identity.distrust, undefined);
  const resumed = await genuine(tls);
  assert.deepEqual([resumed.isResumed, resumed.identity.distrust], [true, undefined]);
  // RFC 8446 §4.6.1: a server may give a ticket whenever it likes.
  early.giveTicket();
  const late = await impostor(tls);
  assert.notEqual(late.identity.distrust, undefined, `it is trusted, and was resumed: ${late.isResumed}`);
});
