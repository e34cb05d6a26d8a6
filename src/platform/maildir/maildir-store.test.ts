import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTRACT_QUOTA_BYTES, contractPreparation } from '#mail/ports/mail-store/fixture.contract.ts';
import { describeMailStore } from '#mail/ports/mail-store.contract.ts';
import { accountPath } from './account-home.ts';
import { openMaildirStore } from './maildir-store.ts';

describeMailStore('Maildir', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-maildir-'));
  const store = openMaildirStore({
    clock: { nowMs: () => Date.now() },
    randomness: { bytes: (count) => randomBytes(count) },
    log: { write: (level, area, text) => console.error(level, area, text) },
    prepare: contractPreparation,
    accountHome: (account) => join(folder, 'vhosts', accountPath(account)),
    accountIndex: (account) => join(folder, 'index', `${accountPath(account)}.db`),
    findQuotaBytes: async () => CONTRACT_QUOTA_BYTES,
  });
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
});
