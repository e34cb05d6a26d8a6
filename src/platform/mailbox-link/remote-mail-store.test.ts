import { randomBytes } from 'node:crypto';
import { CONTRACT_QUOTA_BYTES, contractPreparation } from '#mail/ports/mail-store/fixture.contract.ts';
import { describeMailStore } from '#mail/ports/mail-store.contract.ts';
import { createMemoryStore } from '#platform/memory-store/memory-store.ts';
import { channelPair } from '../../../test/world/channel-pair.ts';
import { createRemoteMailStore } from './remote-mail-store.ts';
import { serveMailStore } from './serve-mail-store.ts';

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
