import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { ClientTlsOptions, DialTarget, OutgoingConnection } from '#mail/ports/dialer.ts';
import { ClientTls } from '../tls/client-tls.ts';
import { makeSelfSigned } from '../tls/self-signed.ts';
import { createDialer } from './dial.ts';

const REQUEST = { bindAddress: undefined, timeoutMs: 2_000, writeTimeoutMs: 2_000 };
const TLS: ClientTlsOptions = { serverName: 'mx.example.org', sessionKey: 'mx', timeoutMs: 2_000 };

async function listen(t: TestContext, serve: (socket: Socket) => void, path?: string): Promise<DialTarget> {
  const server: Server = createServer(serve);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  server.listen(path ?? { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  if (path !== undefined) return { kind: 'unix', path };
  return { kind: 'inet', address: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

async function dial(target: DialTarget, tls = new ClientTls()): Promise<OutgoingConnection> {
  const dialled = await createDialer(tls, () => 'o1').dial({ ...REQUEST, target });
  assert.ok(dialled.ok, JSON.stringify(dialled));
  return dialled.value;
}

/** Greets, answers STARTTLS, then echoes under TLS; tells whether a session was resumed. */
async function listenWithTls(t: TestContext) {
  const nowMs = Date.now();
  const { certificate, secretKey } = await makeSelfSigned('mx.example.org', nowMs - 1_000, nowMs + 3_600_000);
  const secureContext = createSecureContext({ cert: certificate, key: secretKey });
  const resumed: boolean[] = [];
  const target = await listen(t, (clear) => {
    clear.write('220 hello\r\n');
    clear.once('data', () => {
      clear.write('220 go\r\n');
      const secure = new TLSSocket(clear, { isServer: true, secureContext });
      secure.on('error', () => undefined);
      secure.on('secure', () => resumed.push(secure.isSessionReused()));
      secure.on('data', (octets) => secure.write(octets));
    });
  });
  return { target, resumed, certificate };
}

/** Everything until `text` has come. */
async function hear(connection: OutgoingConnection, text: string): Promise<string> {
  for (let heard = ''; ; ) {
    const octets = await connection.read(2_000);
    assert.ok(octets !== undefined, `closed behind ${heard}`);
    heard += octets.toString();
    if (heard.includes(text)) return heard;
  }
}

async function secure(connection: OutgoingConnection, options = TLS) {
  await hear(connection, 'hello\r\n');
  await connection.write('STARTTLS\r\n');
  await hear(connection, 'go\r\n');
  const started = await connection.startTls(options);
  assert.ok(started.ok, JSON.stringify(started));
  await connection.write('ping');
  assert.equal(await hear(connection, 'ping'), 'ping');
  return started.value;
}

test('TLS: who the server is, whether it is trusted, and that a session is resumed with the same answer', async (t) => {
  const { target, resumed, certificate } = await listenWithTls(t);
  for (const [authorities, distrust] of [
    [[], 'self-signed'],
    [[certificate], undefined],
  ] as const) {
    const tls = new ClientTls(authorities);
    for (const isResumed of [false, true]) {
      const connection = await dial(target, tls);
      const identity = await secure(connection);
      assert.deepEqual(identity.names, ['mx.example.org', 'localhost']);
      if (distrust === undefined) assert.equal(identity.distrust, undefined);
      else assert.match(identity.distrust ?? '', /SELF_SIGNED|self.signed/i);
      assert.equal(identity.tls.version, 'TLSv1.3');
      assert.equal(resumed.pop(), isResumed);
      await connection.close();
    }
  }
});

test('a connection is quiet until something comes that nobody reads, or it is closed', async (t) => {
  let peer: Socket | undefined;
  const target = await listen(t, (socket) => {
    peer = socket;
  });
  const connection = await dial(target);
  assert.equal(connection.isQuiet, true);
  await connection.write('x');
  while (peer === undefined) await new Promise(setImmediate);
  peer.end('421 bye\r\n');
  while (connection.isQuiet) await new Promise(setImmediate);
  assert.equal((await connection.read(1_000))?.toString(), '421 bye\r\n');
  assert.equal(await connection.read(1_000), undefined);
  assert.equal(connection.isQuiet, false);
});

test('[C41] a handshake that fails, or never comes, is a value', async (t) => {
  const garbage = await listen(t, (socket) => socket.on('data', () => socket.end('454 no TLS here\r\n')));
  const silence = await listen(t, () => undefined);
  for (const target of [garbage, silence]) {
    const connection = await dial(target);
    const started = await connection.startTls({ ...TLS, timeoutMs: 100 });
    assert.equal(started.ok, false);
    connection.destroy();
  }
});

test('who cannot be reached is told of in the words of the system', async (t) => {
  const dialer = createDialer(new ClientTls(), () => 'o1');
  const target = await listen(t, () => undefined);
  const closed = { kind: 'inet', address: '127.0.0.1', port: 1 } as const;
  const missing = { kind: 'unix', path: '/nonexistent/socket' } as const;
  assert.deepEqual(await dialer.dial({ ...REQUEST, target: closed }), { ok: false, error: 'Connection refused' });
  assert.deepEqual(await dialer.dial({ ...REQUEST, target: missing }), {
    ok: false,
    error: 'No such file or directory',
  });
  const bound = await dialer.dial({ ...REQUEST, target, bindAddress: '192.0.2.99' });
  assert.deepEqual(bound, { ok: false, error: 'Cannot assign requested address' });
});

test('[C20] the address that a connection comes from can be chosen; a socket of this machine is a place too', async (t) => {
  let from: string | undefined;
  const target = await listen(t, (socket) => {
    from = socket.remoteAddress;
    socket.write('220 hello\r\n');
  });
  const dialled = await createDialer(new ClientTls(), () => 'o1').dial({
    ...REQUEST,
    target,
    bindAddress: '127.0.0.7',
  });
  assert.ok(dialled.ok);
  await hear(dialled.value, 'hello');
  assert.equal(from, '127.0.0.7');
  dialled.value.destroy();
  const folder = mkdtempSync(join(tmpdir(), 'dial-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const local = await dial(await listen(t, (socket) => socket.write('220 hello\r\n'), join(folder, 'lmtp')));
  await hear(local, 'hello');
  local.destroy();
});
