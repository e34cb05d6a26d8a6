// The same dialogs over real sockets and real TLS, each in a world of its own behind a port of its own.

import assert from 'node:assert/strict';
import { BoundSocket } from 'node:net';
import { after } from 'node:test';
import { createSecureContext } from 'node:tls';
import { ConnectionRoom } from '#platform/sockets/connection-room.ts';
import { type Listener, openListener } from '#platform/sockets/listener.ts';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';
import { servePop3 } from '#services/pop3/serve.ts';
import { dialogTests } from '../../world/dialog.ts';
import type { Dialog } from '../../world/dialog-language.ts';
import { connectSocket } from '../../world/socket-client.ts';
import { pop3World } from './door.ts';

const { certificate, secretKey } = await makeSelfSigned('mail.valija.test', Date.now() - 1_000, Date.now() + 3_600_000);
const context = createSecureContext({ cert: certificate, key: secretKey });
const listeners = new Map<Dialog, Promise<Listener>>();
let connections = 0;

dialogTests(import.meta.dirname, async (_, dialog) => {
  const listener = listeners.get(dialog) ?? listen();
  listeners.set(dialog, listener);
  return connectSocket({ port: (await listener).port });
});

after(async () => {
  for (const listener of listeners.values()) await (await listener).stop(0);
});

async function listen(): Promise<Listener> {
  const { dependencies } = await pop3World();
  return openListener(
    {
      socket: new BoundSocket({ host: '127.0.0.1' }),
      room: new ConnectionRoom(1_000, assert.fail),
      tls: { heedsNames: false, context: () => context },
      nextConnectionId: () => `socket${++connections}`,
      reportBug: (error) => {
        throw error;
      },
    },
    (connection) => servePop3(connection, dependencies),
  );
}
