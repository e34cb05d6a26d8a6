// Starts at which something cannot be done yet: a home that is away, a disk that is full, a start that was killed while it
// promised again. Whatever it is, the server starts, everybody else has their mail, and nothing is lost or doubled.

import assert from 'node:assert/strict';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { FileAction } from '#mail/acceptance/plan.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { JournalEntry } from '#mail/ports/journal.ts';
import { appendText, openBox, readText, value } from '#mail/ports/mail-store/fixture.contract.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { openMaildirBelow } from '../../../test/world/maildir-below.ts';
import { mountSmallDisk, smallDiskRefused } from '../../../test/world/small-disk.ts';
import { accountPath } from './account-home.ts';
import type { MaildirStore } from './maildir-store.ts';

const USUARIO1 = 'usuario1@valija.test' as AccountId;
const USUARIO2 = 'usuario2@valija.test' as AccountId;
const base = mkdtempSync(join(tmpdir(), 'valija-rest-'));
const NEVER_MS = 3_600_000;
const LARGE = 'a large message\r\n'.repeat(20_000);
let folders = 0;
after(() => rmSync(base, { recursive: true }));

function openStore(folder: string, checkpointEveryMs = NEVER_MS): MaildirStore {
  return openMaildirBelow(folder, { journal: { checkpointEveryMs } });
}

/** The disk as it was when all this was done and answered. */
async function crashAfter(work: (store: MaildirStore) => Promise<unknown>): Promise<string> {
  const living = join(base, String(folders++));
  const folder = join(base, String(folders++));
  await using store = openStore(living);
  await work(store);
  cpSync(living, folder, { recursive: true });
  return folder;
}

async function view(store: MaildirStore, account: AccountId): Promise<[uid: number, text: string][]> {
  const { columns } = await openBox(store, account, 'INBOX');
  const seen: [number, string][] = [];
  for (const uid of columns.uids) seen.push([uid, await readText(store, account, 'INBOX', uid)]);
  return seen;
}

/** Returns how to mount it again. */
function unmount(folder: string, account: AccountId): () => void {
  const home = join(folder, 'vhosts', accountPath(account));
  const disk = join(folder, 'disks', account);
  rmSync(home, { recursive: true });
  symlinkSync(disk, home);
  return () => mkdirSync(disk, { recursive: true });
}

function sentTo(accounts: readonly AccountId[], text: string): JournalEntry {
  const actions = accounts.map((account): FileAction => {
    const rest = { systemFlags: 0, keywords: [], prefix: Buffer.alloc(0), recipients: [account], internalDateMs: 0 };
    return { kind: 'file', account, mailbox: 'INBOX', ...rest };
  });
  const envelope = {} as JournalEntry['envelope'];
  return { queueId: '4Abcdef', arrivedMs: 0, envelope, plan: { actions }, content: memoryContent(Buffer.from(text)) };
}

/** A disk of its own, which is full when the work begins. */
async function onFullDisk(work: (folder: string, free: () => void) => Promise<void>): Promise<void> {
  const folder = join(base, String(folders++));
  using _disk = mountSmallDisk(folder, 6);
  await work(folder, () => rmSync(join(folder, 'filling')));
}

function fill(folder: string): void {
  const file = openSync(join(folder, 'filling'), 'w');
  try {
    for (let written = 1; written > 0; ) written = writeSync(file, Buffer.alloc(64 * 1024));
  } catch (cause) {
    assert.equal(errnoOf(cause), 'ENOSPC');
  } finally {
    closeSync(file);
  }
}

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  for (const until = performance.now() + 60_000; !(await isSo().catch(() => false)) && performance.now() < until; ) {
    await delay(20);
  }
}

describe('a start', () => {
  it('a home on a disk that is not mounted keeps its mail in the journal, and everybody else has theirs [C42]', async () => {
    const folder = await crashAfter(async (store) => {
      await appendText(store, USUARIO1, 'INBOX', 'one');
      await appendText(store, USUARIO2, 'INBOX', 'two');
    });
    const mount = unmount(folder, USUARIO1);
    {
      await using store = openStore(folder);
      await store.ready();
      assert.deepEqual(await view(store, USUARIO2), [[1, 'two']]);
      assert.deepEqual((await appendText(store, USUARIO2, 'INBOX', 'three')).uids, [2]);
      await assert.rejects(openBox(store, USUARIO1, 'INBOX'));
    }
    mount();
    await using store = openStore(folder);
    assert.deepEqual(await view(store, USUARIO1), [[1, 'one']]);
    assert.deepEqual(readdirSync(join(folder, 'journal')), []);
  });

  it('that was killed while it promised again: the next one promises each message once', async () => {
    const folder = await crashAfter((store) => appendText(store, USUARIO1, 'INBOX', 'one'));
    const mount = unmount(folder, USUARIO1);
    const before = join(base, String(folders++));
    const journal = join(folder, 'journal');
    cpSync(journal, before, { recursive: true });
    {
      await using store = openStore(folder);
      await store.ready();
      cpSync(journal, join(before), { recursive: true });
    }
    cpSync(before, journal, { recursive: true });
    {
      await using store = openStore(folder);
      await store.ready();
      mount();
      await waitFor(async () => (await view(store, USUARIO1)).length > 0);
      assert.deepEqual(await view(store, USUARIO1), [[1, 'one']]);
      assert.deepEqual((await appendText(store, USUARIO1, 'INBOX', 'two')).uids, [2]);
    }
    rmSync(join(folder, 'index'), { recursive: true });
    await using store = openStore(folder);
    assert.deepEqual(await view(store, USUARIO1), [
      [1, 'one'],
      [2, 'two'],
    ]);
  });

  it('a large message for two homes that are away is there until the second has it', async () => {
    const folder = await crashAfter(async (store) => store.commit(sentTo([USUARIO1, USUARIO2], LARGE)));
    const [mountFirst, mountSecond] = [unmount(folder, USUARIO1), unmount(folder, USUARIO2)];
    await using store = openStore(folder, 1);
    await store.ready();
    for (const [account, mount] of [
      [USUARIO1, mountFirst],
      [USUARIO2, mountSecond],
    ] as const) {
      mount();
      await waitFor(async () => (await view(store, account)).length > 0);
      assert.deepEqual(await view(store, account), [[1, LARGE]]);
      // Whatever can be settled is.
      await delay(200);
    }
    assert.deepEqual(
      readdirSync(join(folder, 'journal')).filter((file) => file.endsWith('.message')),
      [],
    );
  });

  it('on a full disk: what is there is served, and what was promised is filed when there is room [C42]', {
    skip: smallDiskRefused(),
  }, async () => {
    await onFullDisk(async (folder, free) => {
      const crashed = await crashAfter(async (store) => {
        await appendText(store, USUARIO1, 'INBOX', 'one');
        await appendText(store, USUARIO2, 'INBOX', 'two');
      });
      cpSync(crashed, folder, { recursive: true });
      const mount = unmount(folder, USUARIO1);
      fill(folder);
      await using store = openStore(folder, 20);
      await store.ready();
      assert.deepEqual(await view(store, USUARIO2), [[1, 'two']]);
      assert.deepEqual(readdirSync(join(folder, 'journal')).filter((file) => file.startsWith('0000000001')).length, 1);
      // It is to be expunged for good: the old segment is still there, and would bring it back.
      free();
      value(await store.expunge(USUARIO2, 'INBOX', Uint32Array.of(1)));
      mount();
      await waitFor(async () => (await view(store, USUARIO1)).length > 0);
      assert.deepEqual(await view(store, USUARIO1), [[1, 'one']]);
      assert.deepEqual(await view(store, USUARIO2), []);
    });
  });
});
