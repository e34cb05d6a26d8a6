// Filing behind the promise, account after account, while somebody works on one of them for long.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import { contractPreparation, HELLO } from '#mail/ports/mail-store/fixture.contract.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { JournalledMail } from './journalled-mail.ts';
import { BaseNames } from './message-file-name.ts';

const [USER1, USER2] = ['usuario1@valija.test', 'usuario2@valija.test'] as [AccountId, AccountId];

function openMail(folder: string): JournalledMail {
  const options = {
    clock: fixedClock(),
    randomness: seededRandomness(),
    log: collectingLog(),
    prepare: contractPreparation,
    accountHome: (account: AccountId) => join(folder, 'mail', account),
    accountIndex: (account: AccountId) => join(folder, `${account}.db`),
    publish: () => undefined,
    offered: () => undefined,
    journal: {
      folder: join(folder, 'journal'),
      mailBase: folder,
      reserve: { reservePercent: 0, reserveBytes: 0 },
    },
  };
  return new JournalledMail(options, new BaseNames('mail.valija.test', process.pid));
}

function deliver(mail: JournalledMail, id: string, account: AccountId) {
  const copy = {
    ...{ account, mailbox: 'INBOX', body: 0, prefix: Buffer.alloc(0), internalDateMs: 0, systemFlags: 0 },
    ...{ keywords: [], recipients: [account], mode: 'deliver' as const, quotaBytes: 0 },
  };
  const contents = [memoryContent(Buffer.from(HELLO))];
  return mail.commit({ id, arrivedMs: 0, envelope: '{}', contents, copies: [copy] });
}

test('while somebody has the turn of one account for long, mail of the others is filed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-turns-'));
  const mail = openMail(folder);
  const held = await deliver(mail, 'A1', USER1);
  // Filing begins with the next turn of the event loop: behind whoever asks now.
  const turn = await mail.accounts.of(USER1).enter();
  assert.ok(held.ok);
  let isFiled = false;
  const filed = held.value.filed.then(() => {
    isFiled = true;
  });

  for (const id of ['B1', 'B2', 'B3']) {
    const other = await deliver(mail, id, USER2);
    assert.ok(other.ok);
    await other.value.filed;
  }
  assert.equal(isFiled, false);
  turn[Symbol.dispose]();
  await filed;
  const after = await deliver(mail, 'A2', USER1);
  assert.deepEqual(after.ok && (await after.value.filed).map(({ uid }) => uid), [2]);
  await mail.close();
  rmSync(folder, { recursive: true });
});
