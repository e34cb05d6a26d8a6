import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTRACT_QUOTA_BYTES, contractPreparation } from '#mail/ports/mail-store/fixture.contract.ts';
import { describeMailStore } from '#mail/ports/mail-store.contract.ts';
import { openContentStore } from '#platform/files/content-store.ts';
import { createMboxStore } from './mbox-store.ts';

describeMailStore('mbox', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-mbox-store-'));
  mkdirSync(join(folder, 'spool'));
  const contents = openContentStore({ folder: join(folder, 'contents') });
  return {
    store: createMboxStore({
      placesOf: (account) => ({ inbox: join(folder, 'spool', account), folder: join(folder, account, 'mail') }),
      clock: { nowMs: () => Date.now() },
      randomness: { bytes: (count) => randomBytes(count) },
      log: { write: () => undefined },
      prepare: contractPreparation,
      contents,
      findQuotaBytes: async () => CONTRACT_QUOTA_BYTES,
    }),
    prepare: contractPreparation,
    async [Symbol.asyncDispose]() {
      contents[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
});
