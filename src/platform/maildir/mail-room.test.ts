// Whichever disk it is that is full: mail is refused before anything that was promised is in danger.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { AccountId } from '#mail/ports/account.ts';
import { appendText } from '#mail/ports/mail-store/fixture.contract.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { openMaildirBelow } from '../../../test/world/maildir-below.ts';
import { mountSmallDisk, smallDiskRefused } from '../../../test/world/small-disk.ts';
import { MailRoom } from './mail-room.ts';

const [ANA, BEA, USUARIO1] = ['ana@example.org', 'bea@example.org', 'usuario1@valija.test'] as [
  AccountId,
  AccountId,
  AccountId,
];
const RESERVE = { reservePercent: 5, reserveBytes: 1024 * 1024 };
const MEGABYTES = 8;

const isReserve = (cause: unknown) =>
  cause instanceof WorldError && errnoOf(cause.cause) === 'ENOSPC' && /is kept for mail/.test(String(cause.cause));

/** But for less than the reserve. */
function fill(disk: string): string {
  const path = join(disk, 'ballast');
  writeFileSync(path, Buffer.alloc((MEGABYTES - 1) * 1024 * 1024 + 512 * 1024));
  return path;
}

test('the disk of some homes is full: their mail is refused, that of the others is not', {
  skip: smallDiskRefused(),
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-room-'));
  {
    using _disk = mountSmallDisk(join(folder, 'disk'), MEGABYTES);
    mkdirSync(join(folder, 'vhosts'));
    symlinkSync(join(folder, 'disk'), join(folder, 'vhosts/example.org'));
    await using store = openMaildirBelow(folder, { journal: { reserve: RESERVE } });
    await appendText(store, ANA, 'INBOX', 'one');
    const ballast = fill(join(folder, 'disk'));
    // The last look at the disk may be some milliseconds old.
    await new Promise((resolve) => setTimeout(resolve, 150));
    await assert.rejects(appendText(store, ANA, 'INBOX', 'two'), isReserve);
    await assert.rejects(appendText(store, BEA, 'INBOX', 'one'), isReserve, 'nor one that was not opened before');
    assert.deepEqual((await appendText(store, USUARIO1, 'INBOX', 'one')).uids, [1]);
    rmSync(ballast);
    assert.deepEqual((await appendText(store, ANA, 'INBOX', 'two')).uids, [2], 'at once');
  }
  rmSync(folder, { recursive: true });
});

test('the disk is full on which the queue, or the databases, lie: nothing is accepted', {
  skip: smallDiskRefused(),
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-room-'));
  {
    using _disk = mountSmallDisk(join(folder, 'queue'), MEGABYTES);
    const ballast = fill(join(folder, 'queue'));
    await using store = openMaildirBelow(folder, {
      journal: { reserve: RESERVE, alsoWritten: [join(folder, 'queue')] },
    });
    await assert.rejects(appendText(store, USUARIO1, 'INBOX', 'one'), isReserve);
    rmSync(ballast);
    assert.deepEqual((await appendText(store, USUARIO1, 'INBOX', 'one')).uids, [1]);
  }
  rmSync(folder, { recursive: true });
});

test('who is refused at the same time waits for one look, behind one settling', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-room-'));
  let settled = 0;
  const room = new MailRoom({
    folders: [folder],
    fileSystems: { otherTopOf: () => undefined },
    limits: { reservePercent: 0, reserveBytes: Number.MAX_SAFE_INTEGER },
    promisedBytes: () => 0,
    settle: async () => void settled++,
  });
  const checks = await Promise.allSettled(Array.from({ length: 50 }, () => room.check(1, [])));
  assert.ok(checks.every((check) => check.status === 'rejected' && isReserve(check.reason)));
  assert.equal(settled, 1);
  const beforeMs = performance.now();
  await assert.rejects(room.check(1, []), isReserve);
  await assert.rejects(room.check(1, []), isReserve);
  assert.ok(performance.now() - beforeMs > 90, 'nor is it settled for each of those that follow');
  rmSync(folder, { recursive: true });
});
