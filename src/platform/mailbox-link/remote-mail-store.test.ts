import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { CONTRACT_QUOTA_BYTES, contractPreparation } from '#mail/ports/mail-store/fixture.contract.ts';
import { describeMailStore } from '#mail/ports/mail-store.contract.ts';
import { Channel } from '#platform/ipc/channel.ts';
import { createMemoryStore } from '#platform/memory-store/memory-store.ts';
import { createRemoteMailStore } from './remote-mail-store.ts';
import { serveMailStore } from './serve-mail-store.ts';

async function channelPair(): Promise<[Channel, Channel]> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(`\0valija-test-${process.pid}-${Math.random()}`);
  await once(server, 'listening');
  const client = connect({ path: String(server.address()), allowHalfOpen: true });
  const [accepted] = (await once(server, 'connection')) as [Socket];
  server.close();
  return [new Channel(accepted, 'the mailbox process'), new Channel(client, 'the worker')];
}

describeMailStore('of another process', async () => {
  const [here, there] = await channelPair();
  const store = createMemoryStore({
    clock: { nowMs: () => Date.now() },
    randomness: { bytes: (count) => randomBytes(count) },
    prepare: contractPreparation,
    findQuotaBytes: async () => CONTRACT_QUOTA_BYTES,
  });
  serveMailStore(there, store, (account) => account);
  return {
    store: createRemoteMailStore({ channelOf: async () => here }),
    prepare: contractPreparation,
    async [Symbol.asyncDispose]() {
      await Promise.all([here.close(), there.close()]);
    },
  };
});
