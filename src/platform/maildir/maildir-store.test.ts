import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTRACT_QUOTA_BYTES, contractPreparation } from '#mail/ports/mail-store/fixture.contract.ts';
import { describeMailStore, type StoreUnderTest } from '#mail/ports/mail-store.contract.ts';
import { prepareOctets } from '#platform/message-index/prepare-octets.ts';
import { openMaildirBelow } from '../../../test/world/maildir-below.ts';
import { type MaildirStore, openMaildirStore } from './maildir-store.ts';

const log = { write: (level: string, area: string, text: string) => console.error(level, area, text) };
const findQuotaBytes = async () => CONTRACT_QUOTA_BYTES;

describeMailStore('Maildir, in this thread', async () =>
  inFolder(contractPreparation, (folder) => openMaildirBelow(folder, { log, findQuotaBytes })),
);

describeMailStore('Maildir, in its own thread', async () =>
  inFolder(prepareOctets, (folder) =>
    openMaildirStore({
      base: join(folder, 'vhosts'),
      indexBase: join(folder, 'index'),
      journalFolder: join(folder, 'journal'),
      log,
      findQuotaBytes,
    }),
  ),
);

function inFolder(prepare: StoreUnderTest['prepare'], open: (folder: string) => MaildirStore): StoreUnderTest {
  const folder = mkdtempSync(join(tmpdir(), 'valija-maildir-'));
  const store = open(folder);
  return {
    store,
    prepare,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
