// A segment of the journal goes when its messages are on stable storage, wherever their homes lie.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import { appendText, readText } from '#mail/ports/mail-store/fixture.contract.ts';
import { sharedContent } from '#platform/files/shared-content.ts';
import { openMaildirBelow } from '../../../test/world/maildir-below.ts';

const OTHER = '/dev/shm';

function isOtherFileSystem(): boolean {
  const other = statSync(OTHER, { throwIfNoEntry: false });
  return other !== undefined && other.dev !== statSync(tmpdir()).dev;
}

const skip = !isOtherFileSystem() && `${OTHER} is no file system of its own here`;

/** Of a domain's mail on a disk of its own. The store tells which devices it synced last. */
function openOnTwoDisks() {
  const folder = mkdtempSync(join(tmpdir(), 'valija-disks-'));
  const disk = mkdtempSync(join(OTHER, 'valija-disk-'));
  const vhosts = join(folder, 'vhosts');
  mkdirSync(vhosts);
  symlinkSync(disk, join(vhosts, 'example.org'));
  const synced: number[][] = [];
  const store = openMaildirBelow(folder, {
    journal: {
      checkpointEveryMs: 3_600_000,
      syncFileSystems: async (paths) => void synced.push(paths.map((path) => statSync(path).dev)),
    },
  });
  return {
    disk,
    store,
    lastSynced: () => synced.at(-1),
    devices: [folder, disk].map((path) => statSync(path).dev),
    [Symbol.dispose]() {
      for (const path of [folder, disk]) rmSync(path, { recursive: true });
    },
  };
}

it("a domain's mail on a disk of its own is synced before the journal lets go of it [C42]", { skip }, async () => {
  using disks = openOnTwoDisks();
  const { store } = disks;
  await appendText(store, 'usuario1@valija.test' as AccountId, 'INBOX', 'here');
  await appendText(store, 'ana@example.org' as AccountId, 'INBOX', 'there');
  await store[Symbol.asyncDispose]();
  assert.deepEqual(disks.lastSynced(), disks.devices);
});

it('and stays so, when the home that it was seen by is gone', { skip }, async () => {
  using disks = openOnTwoDisks();
  const { disk, store } = disks;
  await appendText(store, 'dora@example.org' as AccountId, 'INBOX', 'one');
  await appendText(store, 'ana@example.org' as AccountId, 'INBOX', 'one');
  rmSync(join(disk, 'ana'), { recursive: true });
  await appendText(store, 'dora@example.org' as AccountId, 'INBOX', 'two');
  await store[Symbol.asyncDispose]();
  assert.deepEqual(disks.lastSynced(), disks.devices);
});

it('a large message that waits as it will be filed reaches a disk of its own, and a mailbox here', {
  skip,
}, async () => {
  using disks = openOnTwoDisks();
  const { store } = disks;
  const octets = Buffer.alloc(300_000, 'a large message\r\n');
  for (const account of ['ana@example.org', 'usuario1@valija.test'] as AccountId[]) {
    const content = sharedContent([octets], octets.length);
    await appendText(store, account, 'INBOX', '', { content, prefix: Buffer.from('P: 1\r\n') });
    assert.equal(await readText(store, account, 'INBOX', 1), `P: 1\r\n${octets}`);
  }
  await store[Symbol.asyncDispose]();
});
