// What other programs do to the files, what a crash leaves, and what is lost with the index: nothing.

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ANSWERED, FLAGGED, SEEN } from '#mail/mailboxes/flags.ts';
import type { AccountId } from '#mail/ports/account.ts';
import {
  appendText,
  change,
  flagsOf,
  HELLO,
  openBox,
  prepared,
  readText,
  request,
  settle,
  value,
} from '#mail/ports/mail-store/fixture.contract.ts';
import type { MailboxChange } from '#mail/ports/mail-store.ts';
import { openMaildirBelow } from '../../../test/world/maildir-below.ts';
import type { MaildirStore } from './maildir-store.ts';

/** A directory's time has the grain of the kernel's tick: what happens within one is noticed later. */
const nextTick = () => delay(30);

const USUARIO1 = 'usuario1@valija.test' as AccountId;
let folder: string;
let home: string;
let indexFile: string;
let store: MaildirStore;
let logged: string[];

function openStore(): MaildirStore {
  return openMaildirBelow(folder, { log: { write: (_level, _area, text) => logged.push(text) } });
}

/** In the order of their UIDs. */
function deliveredFiles(): string[] {
  const lines = readFileSync(join(home, 'dovecot-uidlist'), 'utf8').trimEnd().split('\n');
  return lines.slice(1).map((line) => line.slice(line.indexOf(':') + 1));
}

async function restart(meanwhile: () => void = () => undefined): Promise<void> {
  await store[Symbol.asyncDispose]();
  meanwhile();
  store = openStore();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'valija-maildir-'));
  home = join(folder, 'vhosts/valija.test/usuario1');
  indexFile = join(folder, 'index/valija.test/usuario1.db');
  logged = [];
  store = openStore();
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('files of other programs', () => {
  it('mail dropped into new/ gets the next UIDs, by time; with LF it is sent with CRLF [C42]', async () => {
    await appendText(store, USUARIO1, 'INBOX', HELLO);
    const heard: MailboxChange[] = [];
    using _watching = store.watch(USUARIO1, 'INBOX', (event) => heard.push(event));
    await nextTick();
    writeFileSync(join(home, 'new/200.b.host'), 'Subject: b\n\nsecond\n');
    writeFileSync(join(home, 'new/100.a.host'), 'Subject: a\n\nfirst\n');
    utimesSync(join(home, 'new/100.a.host'), 1000, 1000);
    writeFileSync(join(home, 'new/.dotfile'), 'no message');
    await store.refresh(USUARIO1, 'INBOX');
    await settle(store, USUARIO1);
    assert.equal(heard.length, 1);
    assert.ok(heard[0]?.kind === 'added');
    assert.deepEqual([...heard[0].columns.uids], [2, 3]);
    assert.deepEqual([...heard[0].columns.sizesBytes], [21, 22]);
    assert.equal(heard[0].columns.internalDatesMs[0], 1_000_000);
    assert.equal(await readText(store, USUARIO1, 'INBOX', 2), 'Subject: a\r\n\r\nfirst\r\n');
    assert.deepEqual(await prepared(store, USUARIO1, 'INBOX', [2]), ['2 E21 B21']);
    assert.match(readFileSync(join(home, 'dovecot-uidlist'), 'utf8'), /\n2 :100\.a\.host\n3 :200\.b\.host\n$/);
  });

  it('files that others renamed are found again, read and flagged, and their flags are told at the next look', async () => {
    for (let i = 0; i < 6; i++) await appendText(store, USUARIO1, 'INBOX', `${i}${HELLO}`);
    await openBox(store, USUARIO1, 'INBOX');
    const bases = deliveredFiles();
    for (const base of bases.slice(0, 5)) renameSync(join(home, 'new', base), join(home, `cur/${base}:2,F`));
    for (let uid = 1; uid <= 3; uid++) {
      assert.equal(await readText(store, USUARIO1, 'INBOX', uid), `${uid - 1}${HELLO}`);
    }
    // And again, behind the listing that found them.
    renameSync(join(home, `cur/${bases[3]}:2,F`), join(home, `cur/${bases[3]}:2,FS`));
    unlinkSync(join(home, `cur/${bases[4]}:2,F`));
    assert.equal(await readText(store, USUARIO1, 'INBOX', 4), `3${HELLO}`);
    assert.equal(await store.openMessage(USUARIO1, 'INBOX', 5), undefined);
    await nextTick();
    await store.refresh(USUARIO1, 'INBOX');
    assert.deepEqual(
      (await flagsOf(store, USUARIO1)).map(([uid, systemFlags]) => [uid, systemFlags]),
      [
        [1, FLAGGED],
        [2, FLAGGED],
        [3, FLAGGED],
        [4, FLAGGED | SEEN],
        [6, 0],
      ],
    );
  });

  it('flags changed by renaming, and files removed, are told', async () => {
    for (let i = 0; i < 3; i++) await appendText(store, USUARIO1, 'INBOX', HELLO);
    const [one, two] = deliveredFiles();
    const heard: MailboxChange[] = [];
    using _watching = store.watch(USUARIO1, 'INBOX', (event) => heard.push(event));
    await nextTick();
    renameSync(join(home, 'new', one!), join(home, 'cur', `${one}:2,FPS`));
    unlinkSync(join(home, 'new', two!));
    await store.refresh(USUARIO1, 'INBOX');
    await settle(store, USUARIO1);
    assert.deepEqual(
      heard.map(({ kind }) => kind),
      ['expunged', 'flags'],
    );
    assert.deepEqual(await flagsOf(store, USUARIO1), [
      [1, FLAGGED | SEEN, ''],
      [3, 0, ''],
    ]);
    await change(store, USUARIO1, [1], { mode: 'add', systemFlags: ANSWERED });
    assert.deepEqual(readdirSync(join(home, 'cur')), [`${one}:2,FPRS`]);
  });

  it('a file renamed just now is still read, changed and expunged', async () => {
    for (let i = 0; i < 2; i++) await appendText(store, USUARIO1, 'INBOX', `message ${i}`);
    await nextTick();
    for (const file of readdirSync(join(home, 'new')))
      renameSync(join(home, 'new', file), join(home, 'cur', `${file}:2,S`));
    assert.equal(await readText(store, USUARIO1, 'INBOX', 1), 'message 0');
    await change(store, USUARIO1, [1], { mode: 'add', systemFlags: FLAGGED });
    assert.deepEqual((await flagsOf(store, USUARIO1))[0], [1, FLAGGED | SEEN, '']);
    assert.deepEqual([...value(await store.expunge(USUARIO1, 'INBOX', Uint32Array.of(2)))], [2]);
    assert.equal(readdirSync(join(home, 'cur')).length, 1);
  });

  for (const keywords of [[], ['$Junk']]) {
    it(`a mailbox that another program took away is made again by a delivery${keywords.map((word) => ` with ${word}`)}`, async () => {
      const deliver = async (text: string, words: readonly string[]) =>
        value(await store.append(USUARIO1, 'Lists', [request(text, { mode: 'deliver', keywords: words })]));
      await deliver('first', []);
      await settle(store, USUARIO1);
      rmSync(join(home, '.Lists'), { recursive: true });
      await deliver('second', keywords);
      const { messages } = value(await store.status(USUARIO1, 'Lists'));
      assert.equal(messages, 1);
      const { columns } = await openBox(store, USUARIO1, 'Lists');
      assert.equal(await readText(store, USUARIO1, 'Lists', columns.uids[0] ?? 0), 'second');
    });
  }

  it('a file that comes back after its expunge was told is a new message [I3]', async () => {
    await appendText(store, USUARIO1, 'INBOX', HELLO);
    const [file] = readdirSync(join(home, 'new'));
    await nextTick();
    renameSync(join(home, 'new', file!), join(folder, 'away'));
    await store.refresh(USUARIO1, 'INBOX');
    assert.equal((await openBox(store, USUARIO1, 'INBOX')).columns.uids.length, 0);
    await nextTick();
    renameSync(join(folder, 'away'), join(home, 'cur', `${file}:2,S`));
    assert.deepEqual(await flagsOf(store, USUARIO1), [[2, SEEN, '']]);
  });

  it('opens a tree of Dovecot’s with the same UIDs, keywords and subscriptions [C42]', async () => {
    for (const path of [
      'cur',
      'new',
      'tmp',
      '.Lists.Espa&APE-a/cur',
      '.Lists.Espa&APE-a/new',
      '.Lists.Espa&APE-a/tmp',
    ]) {
      mkdirSync(join(home, path), { recursive: true });
    }
    writeFileSync(
      join(home, 'dovecot-uidlist'),
      '3 V1275660208 N25022 G3085f01b7f11094c501100008c4a11c1\n' +
        '25006 :1276528487.M364837P9451.kurkku,S=20,W=22\n' +
        '25017 W2481 :1276533073.M242911P3632.kurkku\n',
    );
    writeFileSync(join(home, 'dovecot-keywords'), '0 $Forwarded\n1 Junk\n');
    writeFileSync(join(home, 'subscriptions'), 'V\t2\n\nLists\tEspa&APE-a\n');
    writeFileSync(join(home, 'cur/1276528487.M364837P9451.kurkku,S=20,W=22:2,RSb'), 'Subject: x\n\n1234567\n');
    const inbox = await openBox(store, USUARIO1, 'INBOX');
    assert.equal(inbox.uidValidity, 1275660208);
    assert.equal(inbox.mailboxId, '3085f01b7f11094c501100008c4a11c1');
    assert.equal(inbox.uidNext, 25022);
    assert.deepEqual([...inbox.columns.uids], [25006]);
    assert.equal(inbox.columns.sizesBytes[0], 22);
    assert.deepEqual(await flagsOf(store, USUARIO1), [[25006, ANSWERED | SEEN, 'Junk']]);
    const list = (await store.listMailboxes(USUARIO1)).find(({ name }) => name === 'Lists/España');
    assert.deepEqual([list?.exists, list?.subscribed], [true, true]);
    assert.deepEqual((await appendText(store, USUARIO1, 'INBOX', HELLO)).uids, [25022]);
  });

  it('UIDs that another program gave meanwhile are honoured', async () => {
    await appendText(store, USUARIO1, 'INBOX', HELLO);
    await nextTick();
    writeFileSync(join(home, 'cur/777.theirs.host:2,F'), HELLO);
    writeFileSync(
      join(home, 'dovecot-uidlist'),
      `${readFileSync(join(home, 'dovecot-uidlist'), 'utf8')}9 :777.theirs.host\n`,
    );
    assert.deepEqual((await appendText(store, USUARIO1, 'INBOX', HELLO)).uids, [10]);
    assert.deepEqual([...(await openBox(store, USUARIO1, 'INBOX')).columns.uids], [1, 9, 10]);
  });

  it('another UIDVALIDITY resets whoever watches', async () => {
    await appendText(store, USUARIO1, 'INBOX', HELLO);
    const heard: string[] = [];
    using _watching = store.watch(USUARIO1, 'INBOX', ({ kind }) => heard.push(kind));
    await nextTick();
    writeFileSync(join(home, 'dovecot-uidlist'), '3 V77 N5 G3085f01b7f11094c501100008c4a11c1\n');
    const inbox = await openBox(store, USUARIO1, 'INBOX');
    assert.deepEqual([inbox.uidValidity, ...inbox.columns.uids], [77, 5]);
    assert.equal(heard[0], 'reset');
  });
});

describe('the index is a cache', () => {
  it('after a restart everything is as it was, modseqs too', async () => {
    await appendText(store, USUARIO1, 'INBOX', HELLO, { keywords: ['k'], internalDateMs: 1234_567 });
    await appendText(store, USUARIO1, 'INBOX', HELLO);
    await change(store, USUARIO1, [2], { mode: 'add', systemFlags: SEEN });
    const before = await openBox(store, USUARIO1, 'INBOX');
    await restart();
    assert.deepEqual(await openBox(store, USUARIO1, 'INBOX'), before);
    assert.deepEqual(await prepared(store, USUARIO1, 'INBOX', [1, 2]), ['1 E25 B25', '2 E25 B25']);
    assert.deepEqual(await store.quotaUsage(USUARIO1), { sizeBytes: 2 * HELLO.length, messages: 2 });
  });

  it('deleted, or overwritten with rubbish, it is made again: same UIDs, flags, dates; modseqs above all given', async () => {
    for (let i = 0; i < 3; i++)
      await appendText(store, USUARIO1, 'INBOX', HELLO, { keywords: ['k'], internalDateMs: 5000 + i });
    value(await store.expunge(USUARIO1, 'INBOX', Uint32Array.of(3)));
    const before = await openBox(store, USUARIO1, 'INBOX');
    for (const harm of [
      () => rmSync(indexFile),
      () => writeFileSync(indexFile, 'this is no database, but it is long enough to look like one'.repeat(100)),
    ]) {
      await restart(harm);
      const after = await openBox(store, USUARIO1, 'INBOX');
      assert.deepEqual(after.columns.uids, before.columns.uids);
      assert.deepEqual(after.columns.flags, before.columns.flags);
      assert.deepEqual(after.columns.internalDatesMs, before.columns.internalDatesMs);
      assert.deepEqual(
        [after.uidValidity, after.mailboxId, after.uidNext],
        [before.uidValidity, before.mailboxId, before.uidNext],
      );
      assert.ok(after.columns.modSeqs.every((modSeq) => modSeq > before.highestModSeq));
      assert.deepEqual(await prepared(store, USUARIO1, 'INBOX', [2]), ['2 E25 B25']);
    }
    assert.ok(logged.some((text) => text.includes('broken index')));
  });

  it('changes made while we were not there are noticed', async () => {
    for (let i = 0; i < 3; i++) await appendText(store, USUARIO1, 'INBOX', HELLO);
    const before = await openBox(store, USUARIO1, 'INBOX');
    const [one, two] = deliveredFiles();
    await restart(() => {
      renameSync(join(home, 'new', one!), join(home, 'cur', `${one}:2,F`));
      unlinkSync(join(home, 'new', two!));
      writeFileSync(join(home, 'new/9.x.y'), HELLO);
    });
    assert.deepEqual(await flagsOf(store, USUARIO1), [
      [1, FLAGGED, ''],
      [3, 0, ''],
      [4, 0, ''],
    ]);
    const after = await openBox(store, USUARIO1, 'INBOX');
    assert.ok(after.columns.modSeqs[0]! > before.highestModSeq);
    assert.equal(after.columns.modSeqs[1], before.columns.modSeqs[2]);
  });

  it('a broken uidlist is set aside and made again from the index, with the same UIDs', async () => {
    for (let i = 0; i < 3; i++) await appendText(store, USUARIO1, 'INBOX', HELLO);
    value(await store.expunge(USUARIO1, 'INBOX', Uint32Array.of(1)));
    const before = await openBox(store, USUARIO1, 'INBOX');
    await restart(() => writeFileSync(join(home, 'dovecot-uidlist'), 'rubbish\n'));
    const after = await openBox(store, USUARIO1, 'INBOX');
    assert.deepEqual([after.uidValidity, ...after.columns.uids], [before.uidValidity, 2, 3]);
    assert.ok(existsSync(join(home, 'dovecot-uidlist.broken')));
    assert.equal(logged.filter((text) => text.includes('broken uidlist')).length, 1);
    await restart(() => {
      rmSync(indexFile);
      writeFileSync(join(home, 'dovecot-uidlist'), 'rubbish\n');
    });
    const anew = await openBox(store, USUARIO1, 'INBOX');
    assert.ok(anew.uidValidity > before.uidValidity, 'with neither, UIDs are new and UIDVALIDITY says so');
    assert.deepEqual([...anew.columns.uids], [1, 2]);
  });
});

describe('after a crash', () => {
  it('a lock of a dead process, or of our own former self, is no obstacle; a torn line is mended', async () => {
    await appendText(store, USUARIO1, 'INBOX', HELLO);
    const uidlist = join(home, 'dovecot-uidlist');
    for (const owner of [`${process.pid}:${hostname()}`, `999999999:${hostname()}`]) {
      writeFileSync(join(home, 'dovecot-uidlist.lock'), owner);
      await appendText(store, USUARIO1, 'INBOX', HELLO);
    }
    writeFileSync(uidlist, `${readFileSync(uidlist, 'utf8')}4 :1234.torn`);
    assert.deepEqual((await appendText(store, USUARIO1, 'INBOX', HELLO)).uids, [4]);
    assert.match(readFileSync(uidlist, 'utf8'), /^3 V\d+ N\d+ G[0-9a-f]{32}\n(\d+ :\S+\n){4}$/);
    assert.ok(!existsSync(join(home, 'dovecot-uidlist.lock')));
  });

  it('a line without its file costs a UID and nothing else [I2]', async () => {
    await appendText(store, USUARIO1, 'INBOX', HELLO);
    const uidlist = join(home, 'dovecot-uidlist');
    await restart(() => writeFileSync(uidlist, `${readFileSync(uidlist, 'utf8')}2 :1234.never\n`));
    assert.deepEqual((await appendText(store, USUARIO1, 'INBOX', HELLO)).uids, [3]);
    assert.deepEqual([...(await openBox(store, USUARIO1, 'INBOX')).columns.uids], [1, 3]);
  });

  it('what lay in tmp/ was never a message, and deleted mailboxes stay deleted', async () => {
    await appendText(store, USUARIO1, 'INBOX', HELLO);
    await restart(() => {
      writeFileSync(join(home, 'tmp/fresh'), HELLO);
      mkdirSync(join(home, '..VALIJA-TRASHED-1/cur'), { recursive: true });
      mkdirSync(join(home, '.Half/new'), { recursive: true });
    });
    assert.deepEqual(
      (await store.listMailboxes(USUARIO1)).map(({ name }) => name),
      ['INBOX'],
    );
    assert.ok(!existsSync(join(home, '..VALIJA-TRASHED-1')));
    assert.ok(existsSync(join(home, 'tmp/fresh')), 'another program may be writing it');
    value(await store.createMailbox(USUARIO1, 'Half', undefined));
  });

  it('many expunges shrink the uidlist, UIDNEXT stays', async () => {
    for (let i = 0; i < 10; i++) {
      await Promise.all(Array.from({ length: 50 }, () => appendText(store, USUARIO1, 'INBOX', HELLO)));
    }
    value(
      await store.expunge(
        USUARIO1,
        'INBOX',
        Uint32Array.from({ length: 500 }, (_, i) => i + 1),
      ),
    );
    assert.equal(readFileSync(join(home, 'dovecot-uidlist'), 'utf8').split('\n').length, 2);
    await restart(() => rmSync(indexFile));
    assert.equal((await openBox(store, USUARIO1, 'INBOX')).uidNext, 501);
  });
});
