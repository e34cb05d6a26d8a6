import { randomBytes } from 'node:crypto';
import { CONTRACT_QUOTA_BYTES, contractPreparation } from '#mail/ports/mail-store/fixture.contract.ts';
import { describeMailStore } from '#mail/ports/mail-store.contract.ts';
import { createMemoryStore } from './memory-store.ts';

describeMailStore('memory', async () => ({
  store: createMemoryStore({
    clock: { nowMs: () => Date.now() },
    randomness: { bytes: (count) => randomBytes(count) },
    prepare: contractPreparation,
    findQuotaBytes: async () => CONTRACT_QUOTA_BYTES,
  }),
  prepare: contractPreparation,
  [Symbol.asyncDispose]: async () => undefined,
}));
