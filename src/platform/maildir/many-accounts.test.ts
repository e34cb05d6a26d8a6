import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import { appendText, HELLO, openBox, value } from '#mail/ports/mail-store/fixture.contract.ts';
import { openMaildirStore } from './maildir-store.ts';

it('more accounts than are kept open: none is lost, watchers hear on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-many-'));
  const log = { write: (level: string, area: string, text: string) => console.error(level, area, text) };
  await using store = openMaildirStore({
    base: join(folder, 'vhosts'),
    indexBase: join(folder, 'index'),
    journalFolder: join(folder, 'journal'),
    log,
  });
  const accounts = Array.from({ length: 520 }, (_, i) => `usuario${i}@valija.test` as AccountId);
  const first = accounts[0]!;
  let heard = 0;
  using _watching = store.watch(first, 'INBOX', () => heard++);
  for (let start = 0; start < accounts.length; start += 40) {
    await Promise.all(accounts.slice(start, start + 40).map((account) => appendText(store, account, 'INBOX', HELLO)));
  }
  assert.deepEqual((await appendText(store, first, 'INBOX', HELLO)).uids, [2]);
  assert.deepEqual([...(await openBox(store, first, 'INBOX')).columns.uids], [1, 2]);
  assert.equal(heard, 2);
  assert.equal(value(await store.status(accounts[519]!, 'INBOX')).messages, 1);
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

it('[C67] a home is for its owner and for its group, what lies in it for its owner', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-homes-'));
  const base = join(folder, 'vhosts');
  const log = { write: (level: string, area: string, text: string) => console.error(level, area, text) };
  await using store = openMaildirStore({
    base,
    indexBase: join(folder, 'index'),
    journalFolder: join(folder, 'journal'),
    log,
  });
  await appendText(store, 'info@valija.test' as AccountId, 'INBOX', HELLO);
  const modeOf = (path: string) => (statSync(join(base, path)).mode & 0o7777).toString(8);
  assert.equal(modeOf('valija.test'), '750');
  assert.equal(modeOf('valija.test/info'), '750');
  assert.equal(modeOf('valija.test/info/cur'), '700');
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
