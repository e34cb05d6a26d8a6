import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { BoundSocket } from 'node:net';
import { test } from 'node:test';
import { connect, createSecureContext, type TLSSocket } from 'node:tls';
import { CHANNEL_BINDING_TYPES, type ChannelBindingType } from '#protocols/sasl/channel-binding.ts';
import { makeSelfSigned } from '../tls/self-signed.ts';
import { ConnectionRoom } from './connection-room.ts';
import { openListener } from './listener.ts';

const made = await makeSelfSigned('localhost', Date.now() - 1000, Date.now() + 3_600_000);
const context = createSecureContext({ cert: made.certificate, key: made.secretKey });

type Bindings = Partial<Record<ChannelBindingType, Buffer>>;

/** What the server's end has after a handshake, and what `look` finds at the client's. */
async function bothEnds<T>(version: 'TLSv1.2' | 'TLSv1.3', look: (client: TLSSocket) => T) {
  const seen = Promise.withResolvers<Bindings>();
  const settings = {
    socket: new BoundSocket({ host: '127.0.0.1' }),
    room: new ConnectionRoom(10, assert.fail),
    tls: { heedsNames: false, context: () => context },
    nextConnectionId: () => 'c1',
    reportBug: assert.ifError,
  };
  await using server = await openListener(settings, async (connection) => {
    for (const type of CHANNEL_BINDING_TYPES) assert.equal(connection.channelBinding(type), undefined);
    await connection.startTls();
    const found = CHANNEL_BINDING_TYPES.map((type) => [type, connection.channelBinding(type)] as const);
    seen.resolve(Object.fromEntries(found.filter(([, octets]) => octets !== undefined)));
    await connection.close();
  });
  const client = connect({
    ...{ port: server.port, host: '127.0.0.1', servername: 'localhost', ca: made.certificate },
    ...{ minVersion: version, maxVersion: version },
  });
  client.on('error', seen.reject).resume();
  const ofClient = await new Promise<T>((resolve) => client.once('secureConnect', () => resolve(look(client))));
  const ofServer = await seen.promise;
  client.destroy();
  return { ofServer, ofClient };
}

test('[C56] TLS 1.3: both ends export the same octets, and the certificate has a hash', async () => {
  const { ofServer, ofClient } = await bothEnds('TLSv1.3', (client) => ({
    exported: client.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)),
    certificate: client.getPeerX509Certificate()?.raw ?? assert.fail(),
  }));
  assert.deepEqual(ofServer['tls-exporter'], ofClient.exported);
  const hash = createHash('sha256').update(ofClient.certificate).digest();
  assert.deepEqual(ofServer['tls-server-end-point'], hash);
  assert.ok(!('tls-unique' in ofServer));
});

test('[C56] TLS 1.2: both ends know the first «Finished»; nothing is exported there', async () => {
  const { ofServer, ofClient } = await bothEnds('TLSv1.2', (client) => client.getFinished());
  assert.deepEqual(ofServer['tls-unique'], ofClient);
  assert.ok('tls-server-end-point' in ofServer && !('tls-exporter' in ofServer));
});
