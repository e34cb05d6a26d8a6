import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import type { SystemUser } from '#mail/ports/system-users.ts';
import { channelPair } from '../../../test/world/channel-pair.ts';
import { createRemoteMailStore } from './remote-mail-store.ts';
import { UserStoreServer, withOpenStore } from './user-store.ts';

const ACCOUNT = 'usuario1@valija.test' as AccountId;
const STORED = 'From ana@example.org  Mon Jan  5 10:00:00 2026\nSubject: hola\n\n>From me\n\n';
const SENT = 'Subject: hola\r\n\r\nFrom me\r\n';

for (const [where, home_mailbox, put] of [
  ['[C45] the mail spool', '', (folder: string) => writeFileSync(join(folder, 'spool/usuario1'), STORED)],
  ['[C43] an mbox at home', 'mbox', (folder: string) => writeFileSync(join(folder, 'home/mbox'), STORED)],
  [
    '[C43] a Maildir at home',
    'Maildir/',
    (folder: string) => {
      for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(folder, 'home/Maildir', name), { recursive: true });
      writeFileSync(join(folder, 'home/Maildir/new/1.M1P1.host'), 'Subject: hola\n\nFrom me\n');
    },
  ],
] as const) {
  test(`a user’s mail is read where the settings place it: ${where}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'valija-user-store-'));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const name of ['spool', 'home']) mkdirSync(join(folder, name));
    put(folder);
    const user: SystemUser = { name: 'usuario1', uid: 1, gid: 1, fullName: '', home: join(folder, 'home'), shell: '' };
    await using server = new UserStoreServer(user, { write: () => undefined });
    const [here, there] = await channelPair();
    server.serve(there);
    const places = { mail_spool_directory: join(folder, 'spool'), home_mailbox };
    const store = createRemoteMailStore({ channelOf: withOpenStore(async () => here, places) });
    const heard: string[] = [];
    const watch = store.watch(ACCOUNT, 'INBOX', ({ kind }) => heard.push(kind));
    const opened = await store.openMailbox(ACCOUNT, 'INBOX', 'read-only');
    assert.ok(opened.ok);
    assert.deepEqual([...opened.value.columns.sizesBytes], [SENT.length]);
    const content = await store.openMessage(ACCOUNT, 'INBOX', 1);
    assert.equal((await content?.read(0, 1000))?.toString(), SENT);
    assert.deepEqual([server.isWatched, server.isReading], [true, false], 'what is small came along');
    await content?.[Symbol.asyncDispose]();
    await store.expunge(ACCOUNT, 'INBOX', Uint32Array.of(1));
    await store.refresh(ACCOUNT, 'INBOX');
    assert.ok(heard.includes('expunged'));
    if (home_mailbox === '') assert.equal(readFileSync(join(folder, 'spool/usuario1'), 'utf8'), '');
    watch[Symbol.dispose]();
    await store.status(ACCOUNT, 'INBOX');
    assert.equal(server.isWatched, false);
    await Promise.all([here.close(), there.close()]);
  });
}

for (const home_mailbox of ['', 'Maildir/']) {
  test(`[C43] a user’s mail that could not be opened is opened for the next that asks: home_mailbox=${home_mailbox}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'valija-user-store-'));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const name of ['spool', 'home/Maildir/cur', 'home/Maildir/new', 'home/Maildir/tmp'])
      mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'home/.valija'), 'where the folder would be');
    const user: SystemUser = { name: 'usuario1', uid: 1, gid: 1, fullName: '', home: join(folder, 'home'), shell: '' };
    await using server = new UserStoreServer(user, { write: () => undefined });
    const [here, there] = await channelPair();
    server.serve(there);
    const places = { mail_spool_directory: join(folder, 'spool'), home_mailbox };
    const store = createRemoteMailStore({ channelOf: withOpenStore(async () => here, places) });
    await assert.rejects(store.openMailbox(ACCOUNT, 'INBOX', 'read-only'));
    rmSync(join(folder, 'home/.valija'));
    assert.ok((await store.openMailbox(ACCOUNT, 'INBOX', 'read-only')).ok);
    await Promise.all([here.close(), there.close()]);
  });
}
