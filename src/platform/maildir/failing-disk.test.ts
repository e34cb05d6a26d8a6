// A disk that is full or refuses: a failure of the world, nothing half visible, and all is well again afterwards.

import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { WorldError } from '#base/world-error.ts';
import { FLAGGED } from '#mail/mailboxes/flags.ts';
import type { AccountId } from '#mail/ports/account.ts';
import {
  appendText,
  existing,
  HELLO,
  openBox,
  readText,
  request,
  value,
} from '#mail/ports/mail-store/fixture.contract.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { mountSmallDisk, smallDiskRefused } from '../../../test/world/small-disk.ts';
import { type MaildirStore, openMaildirStore } from './maildir-store.ts';

const USUARIO2 = 'usuario2@valija.test' as AccountId;
const USUARIO1 = 'usuario1@valija.test' as AccountId;
const logged: string[] = [];

function openStore(folder: string): MaildirStore {
  const log = { write: (_level: string, _area: string, text: string) => void logged.push(text) };
  return openMaildirStore({
    base: join(folder, 'vhosts'),
    indexBase: join(folder, 'index'),
    journalFolder: join(folder, 'journal'),
    reserve: { reservePercent: 5, reserveBytes: 200_000 },
    log,
  });
}

it('what was promised waits while its mailbox refuses; no more is promised to it; the others go on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-refusing-'));
  await using store = openStore(folder);
  value(await store.createMailbox(USUARIO1, 'Box', undefined));
  await appendText(store, USUARIO1, 'Box', HELLO);
  const fresh = join(folder, 'vhosts/valija.test/usuario1/.Box/new');
  renameSync(fresh, `${fresh}.away`);
  writeFileSync(fresh, '');
  const promised = value(
    await store.append(USUARIO1, 'Box', [request(HELLO, { systemFlags: FLAGGED }), request(HELLO)]),
  );
  assert.deepEqual(promised.uids, [2, 3]);
  await assert.rejects(
    appendText(store, USUARIO1, 'Box', HELLO),
    (cause) => cause instanceof WorldError && cause.transient && errnoOf(cause.cause) === 'ENOTDIR',
  );
  assert.deepEqual((await appendText(store, USUARIO2, 'INBOX', HELLO)).uids, [1]);
  rmSync(fresh);
  renameSync(`${fresh}.away`, fresh);
  const deadlineMs = performance.now() + 20_000;
  while ((await openBox(store, USUARIO1, 'Box')).columns.uids.length < 3 && performance.now() < deadlineMs)
    await delay(50);
  assert.deepEqual([...(await openBox(store, USUARIO1, 'Box')).columns.uids], [1, 2, 3], 'under the UIDs promised');
  assert.deepEqual((await appendText(store, USUARIO1, 'Box', HELLO)).uids, [4]);
  assert.equal(logged.filter((text) => text.includes('waits in the journal')).length, 1);
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

it('a full disk refuses mail, serves what it has, and recovers by itself', { skip: smallDiskRefused() }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-full-'));
  const disk = mountSmallDisk(folder, 4);
  try {
    const store = openStore(folder);
    const acknowledged: number[] = [];
    const body = 'x'.repeat(30_000);
    let failure: unknown;
    for (let i = 0; i < 200 && failure === undefined; i++) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 4 }, () => appendText(store, USUARIO1, 'INBOX', body, { keywords: [`k${i % 20}`] })),
      );
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') acknowledged.push(...outcome.value.uids);
        else failure = outcome.reason;
      }
    }
    assert.ok(failure instanceof WorldError && errnoOf(failure.cause) === 'ENOSPC', String(failure));
    const inbox = await openBox(store, USUARIO1, 'INBOX');
    assert.deepEqual(
      [...inbox.columns.uids],
      acknowledged.sort((a, b) => a - b),
    );
    for (const uid of acknowledged) assert.equal(await readText(store, USUARIO1, 'INBOX', uid), body);
    value(await store.expunge(USUARIO1, 'INBOX', inbox.columns.uids.slice(0, 20)));
    const { uids } = await appendText(store, USUARIO1, 'INBOX', body);
    assert.ok(uids[0]! >= inbox.uidNext);
    await store[Symbol.asyncDispose]();
    await using again = openStore(folder);
    assert.deepEqual([...(await openBox(again, USUARIO1, 'INBOX')).columns.uids], [...acknowledged.slice(20), ...uids]);
    assert.deepEqual(await existing(again, USUARIO1), ['INBOX']);
  } finally {
    disk[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  }
});
