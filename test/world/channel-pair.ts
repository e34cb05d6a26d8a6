// Two ends of a private stream in one process: as two of our processes have it, without the introductions.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Channel } from '#platform/ipc/channel.ts';

/** The one that asked for the connection comes second. */
export async function channelPair(): Promise<readonly [Channel, Channel]> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(`\0valija-test-${process.pid}-${Math.random()}`);
  await once(server, 'listening');
  const client = connect({ path: String(server.address()), allowHalfOpen: true });
  const [accepted] = (await once(server, 'connection')) as [Socket];
  server.close();
  return [new Channel(accepted, 'the process that connected'), new Channel(client, 'the process that listens')];
}
