// Servers that are slow on purpose: over real sockets, whose buffers fill.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { deliveryJob, outcomeLines, transportTo } from '../../../test/world/outgoing-mail.ts';
import { DEFAULT_SMTP_CLIENT } from './settings.ts';

const HOP = { transport: 'smtp', destination: 'example.org' } as const;

async function listen(t: TestContext, serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

function sayAllUpToContent(socket: Socket, then: () => void): void {
  socket.write('220 x\r\n');
  socket.once('data', () => {
    socket.write('250-x\r\n250-8BITMIME\r\n250 PIPELINING\r\n');
    socket.once('data', () => {
      socket.write('250 ok\r\n250 ok\r\n354 go on\r\n');
      then();
    });
  });
}

test('a server that does not read the content is let go, and memory does not grow with the message', async (t) => {
  const port = await listen(t, (socket) => sayAllUpToContent(socket, () => socket.pause()));
  const timeouts = { ...DEFAULT_SMTP_CLIENT.timeouts, dataXferMs: 400 };
  using transport = transportTo(port, { timeouts });
  const piece = Buffer.alloc(65_536, 'x\r\n');
  const job = deliveryJob({ nextHop: HOP });
  let pieces = 0;
  const sizeBytes = 500_000_000;
  const content = {
    ...job.content,
    sizeBytes,
    async read() {
      pieces++;
      await new Promise(setImmediate);
      return piece;
    },
  };
  const report = await transport.deliver({ ...job, content });
  assert.match(
    outcomeLines(report)[0] ?? '',
    /^deferred 4\.4\.2 conversation with \S+ timed out while sending message body$/,
  );
  assert.ok(pieces < 1_000, `${pieces} pieces were read`);
});

test('a reply that comes an octet at a time takes no longer than one that does not come', async (t) => {
  const port = await listen(t, (socket) => {
    const timer = setInterval(() => socket.write('2'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  const timeouts = { ...DEFAULT_SMTP_CLIENT.timeouts, heloMs: 200 };
  using transport = transportTo(port, { timeouts });
  const beganMs = Date.now();
  const [line = ''] = outcomeLines(await transport.deliver(deliveryJob({ nextHop: HOP })));
  assert.match(line, /timed out while receiving the initial server greeting$/);
  assert.ok(Date.now() - beganMs < 2_000);
});

test('a server that talks without end is cut off, and the message refused by one that closes early is answered', async (t) => {
  const endless = await listen(t, (socket) => {
    const talk = () => {
      while (!socket.destroyed && socket.write('220-and another thing\r\n'));
      socket.once('drain', talk);
    };
    talk();
  });
  using transport = transportTo(endless);
  const [line = ''] = outcomeLines(await transport.deliver(deliveryJob({ nextHop: HOP })));
  assert.match(line, /^deferred 4\.5\.0 protocol error: host \S+ sent an endless reply/);

  const refusing = await listen(t, (socket) => {
    sayAllUpToContent(socket, () => {
      socket.once('data', () => socket.write('552 5.3.4 too large\r\n'));
      socket.resume();
    });
  });
  using early = transportTo(refusing, { protocol: 'smtp' });
  const report = await early.deliver(deliveryJob({ nextHop: HOP, content: 'x'.repeat(30_000_000) }));
  assert.match(
    outcomeLines(report)[0] ?? '',
    /^failed 5\.3\.4 host \S+ said: 552 5\.3\.4 too large \(in reply to end of DATA/,
  );
});
