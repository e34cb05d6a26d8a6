// What a thousand idle clients cost: memory of the server before and after they came, each in IDLE over TLS.

import { residentBytesOf } from './accounting.ts';
import { ImapClient } from './imap-client.ts';
import type { ImapServer } from './imap-measure.ts';
import { pause } from './program.ts';

const AT_ONCE = 20;
/** Let it come to rest before its memory is read. */
const SETTLE_MS = 3_000;

export interface IdleMemory {
  readonly connections: number;
  readonly bytesEach: number;
  readonly residentBytes: number;
  readonly connectionsPerSecond: number;
}

export async function idleMemory({ door, rootPids }: ImapServer, connections: number): Promise<IdleMemory> {
  const warm = await ImapClient.login(door);
  await warm.command('SELECT INBOX');
  await pause(SETTLE_MS);
  const before = residentBytesOf(rootPids);
  const started = performance.now();
  const clients: ImapClient[] = [];
  while (clients.length < connections) {
    const come = async () => {
      const client = await ImapClient.login(door);
      await client.command('SELECT INBOX');
      await client.idle();
      return client;
    };
    clients.push(...(await Promise.all(Array.from({ length: AT_ONCE }, come))));
  }
  const seconds = (performance.now() - started) / 1_000;
  await pause(SETTLE_MS);
  const residentBytes = residentBytesOf(rootPids);
  for (const client of [warm, ...clients]) client.close();
  return {
    connections: clients.length,
    bytesEach: (residentBytes - before) / clients.length,
    residentBytes,
    connectionsPerSecond: clients.length / seconds,
  };
}
