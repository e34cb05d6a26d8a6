import assert from 'node:assert/strict';
import { once } from 'node:events';
import { BoundSocket, connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { ConnectionRoom } from '../sockets/connection-room.ts';
import { type Listener, openListener } from '../sockets/listener.ts';
import { createHttpServer, type HttpLimits, type HttpServerSettings } from './http-server.ts';

const LIMITS: HttpLimits = {
  headBytes: 4_096,
  headFields: 20,
  requestTimeoutMs: 60_000,
  idleTimeoutMs: 60_000,
  requestsPerConnection: 3,
};

interface Options extends Partial<HttpLimits> {
  readonly answer?: HttpServerSettings['answer'];
  readonly reportBug?: (error: unknown) => void;
}

async function web({ answer = hello, reportBug = assert.ifError, ...limits }: Options = {}): Promise<Listener> {
  const http = createHttpServer({ hostname: 'mail.valija.test', limits: { ...LIMITS, ...limits }, answer, reportBug });
  let count = 0;
  const settings = {
    socket: new BoundSocket({ host: '127.0.0.1' }),
    room: new ConnectionRoom(1_000, assert.fail),
    tls: { heedsNames: false, context: () => createSecureContext() },
    nextConnectionId: () => `c${++count}`,
    reportBug,
  };
  return openListener(settings, (connection) => http.serve(connection));
}

function hello(request: Request): Response {
  return new Response(`hola ${new URL(request.url).pathname}`);
}

function visit({ port }: Listener): Socket {
  const socket = connect(port, '127.0.0.1');
  // A reset is one way for a server to end what goes on too long.
  socket.on('error', () => undefined);
  return socket;
}

/** All that comes until the server closes. */
async function allOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  if (!socket.closed) await once(socket, 'close');
  return text;
}

async function until(socket: Socket, pattern: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (pattern.test(text)) return text;
  }
  throw new Error(`it ended with ${JSON.stringify(text)}`);
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: mail.valija.test\r\n\r\n`;
const slowly = async (socket: Socket, octets: string) => {
  while (!socket.closed) {
    if (socket.writable) socket.write(octets);
    await delay(20);
  }
};

test('several requests come on one connection, one behind the other or at once, and then it ends', async () => {
  await using server = await web();
  const socket = visit(server);
  socket.write(get('/one'));
  assert.match(await until(socket, /hola/), /^HTTP\/1\.1 200 OK\r\n/);
  socket.write(get('/two') + get('/three'));
  const rest = await allOf(socket);
  assert.match(rest, /hola \/two.*Connection: close.*hola \/three$/is);
});

test('the body of a request reaches who answers', async () => {
  await using server = await web({ answer: async (request) => new Response(`got ${await request.text()}`) });
  const socket = visit(server);
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nConnection: close\r\n\r\nmen');
  await delay(20);
  socket.write('aje');
  assert.match(await allOf(socket), /got menaje$/);
});

test('[T5] a request line without an end is refused within the limit for heads', async () => {
  await using server = await web();
  const socket = visit(server);
  const answer = allOf(socket);
  socket.write(`GET /${'a'.repeat(1_000_000)}`);
  assert.match(await answer, /^HTTP\/1\.1 431 /);
});

test('[T5] what two servers could read in two ways is refused', async () => {
  await using server = await web();
  const twoWays = [
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n',
    'GET / HTTP/1.1\nHost: a\n\n',
    'GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
  ];
  for (const octets of twoWays) {
    const socket = visit(server);
    socket.write(octets);
    assert.match(await allOf(socket), /^HTTP\/1\.1 400 /, octets);
  }
});

test('who spells out a request is let go when its time is over', async () => {
  await using server = await web({ requestTimeoutMs: 300 });
  const head = visit(server);
  head.write('GET / HTTP/1.1\r\nHost: a\r\n');
  const [answer] = await Promise.all([allOf(head), slowly(head, 'X: y\r\n')]);
  assert.match(answer, /^HTTP\/1\.1 408 /);
});

test('a body that trickles ends with its connection, whoever waits for it', async () => {
  const failed = Promise.withResolvers<unknown>();
  const answer = (request: Request) =>
    request.text().then(
      () => new Response('whole'),
      (error: unknown) => {
        failed.resolve(error);
        return new Response('torn');
      },
    );
  await using server = await web({ requestTimeoutMs: 3_000, answer });
  const body = visit(server);
  body.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n');
  const [text] = await Promise.all([allOf(body), slowly(body, 'x')]);
  assert.equal(text, '');
  assert.ok(await failed.promise);
});

test('a connection that is silent ends, before a request and after one', async () => {
  await using hasty = await web({ idleTimeoutMs: 100 });
  assert.equal(await allOf(visit(hasty)), '');
  await using server = await web({ idleTimeoutMs: 3_000 });
  const socket = visit(server);
  socket.write(get('/'));
  assert.match(await allOf(socket), /hola \/$/);
});

test('an answer may take longer than a request', async () => {
  const answer = async (request: Request) => {
    await delay(4_000);
    return hello(request);
  };
  await using server = await web({ idleTimeoutMs: 3_000, requestTimeoutMs: 3_000, answer });
  const socket = visit(server);
  socket.write(get('/late'));
  assert.match(await allOf(socket), /hola \/late$/);
});

test('a server that stops lets the silent go at once, and answers who has asked', async () => {
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const answer = async (request: Request) => {
    asked.resolve();
    await released.promise;
    return hello(request);
  };
  const server = await web({ answer });
  const [silent, asking] = [visit(server), visit(server)];
  const [nothing, something] = [allOf(silent), allOf(asking)];
  asking.write(get('/last'));
  await asked.promise;
  const stopped = server.stop(60_000);
  assert.equal(await nothing, '');
  released.resolve();
  assert.match(await something, /hola \/last$/);
  await stopped;
});

test('HTTP/1.0 without a host is answered, once', async () => {
  await using server = await web({ answer: (request) => new Response(request.url) });
  const socket = visit(server);
  socket.write('GET /healthz HTTP/1.0\r\n\r\n');
  assert.match(await allOf(socket), /^HTTP\/1\.1 200 .*\r\n\r\nhttp:\/\/mail\.valija\.test\/healthz$/s);
});

test('a client that goes away while it is answered is nobody’s bug', async () => {
  const gone = Promise.withResolvers<void>();
  const answer = () => new Response(new Uint8Array(64 * 1_048_576));
  await using server = await web({ answer, reportBug: (error) => gone.reject(error) });
  const socket = visit(server);
  socket.write(get('/'));
  await once(socket, 'data');
  socket.resetAndDestroy();
  while (server.openConnections > 0) await delay(5);
  gone.resolve();
  await gone.promise;
});

test('a bug is a 500, is reported, and ends nothing else', async () => {
  const bugs: unknown[] = [];
  const answer = () => {
    throw new TypeError('a bug');
  };
  await using server = await web({ answer, reportBug: (error) => void bugs.push(error) });
  const socket = visit(server);
  socket.write(get('/') + get('/').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  assert.equal((await allOf(socket)).match(/^HTTP\/1\.1 500 /gm)?.length, 2);
  assert.equal(bugs.length, 2);
});
