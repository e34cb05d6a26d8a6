// Damaged files of our own making: what is a cache is made anew with the same UIDs and flags, what is not is set aside, the
// log tells of it, and nobody else notices. TRAPS' crash list, row 11.

import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FLAGGED, SEEN } from '#mail/mailboxes/flags.ts';
import type { AccountId } from '#mail/ports/account.ts';
import { appendText, change, flagsOf, openBox, readText, value } from '#mail/ports/mail-store/fixture.contract.ts';
import { type MaildirStore, openMaildirStore } from './maildir-store.ts';

const USUARIO1 = 'usuario1@valija.test' as AccountId;
const USUARIO2 = 'usuario2@valija.test' as AccountId;
const MESSAGES = 40;

let folder: string;
let home: string;
let indexFile: string;
let uidlist: string;
let logged: string[];
let store: MaildirStore;

function openStore(): MaildirStore {
  return openMaildirStore({
    base: join(folder, 'vhosts'),
    indexBase: join(folder, 'index'),
    journalFolder: join(folder, 'journal'),
    log: { write: (_level, _area, text) => logged.push(text) },
  });
}

interface Told {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModSeq: number;
  readonly flags: readonly (readonly [uid: number, flags: number, keywords: string])[];
}

async function look(account = USUARIO1): Promise<Told> {
  const { uidValidity, uidNext, highestModSeq } = await openBox(store, account, 'INBOX');
  const flags = (await flagsOf(store, account)) as Told['flags'];
  return { uidValidity, uidNext, highestModSeq, flags };
}

async function restart(meanwhile: () => void): Promise<void> {
  await store[Symbol.asyncDispose]();
  meanwhile();
  store = openStore();
}

/** Forty messages, some with flags, some expunged, so that numbers have holes. */
async function fill(account: AccountId): Promise<void> {
  for (let i = 1; i <= MESSAGES; i++) await appendText(store, account, 'INBOX', `Subject: ${i}\r\n\r\nnumber ${i}\r\n`);
  await change(store, account, [2, 3, 5], { mode: 'add', systemFlags: SEEN });
  await change(store, account, [5, 8], { mode: 'add', systemFlags: FLAGGED, keywords: ['Importante'] });
  value(await store.expunge(account, 'INBOX', Uint32Array.of(4, 17, MESSAGES)));
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'valija-corrupt-'));
  home = join(folder, 'vhosts/valija.test/usuario1');
  indexFile = join(folder, 'index/valija.test/usuario1.db');
  uidlist = join(home, 'dovecot-uidlist');
  logged = [];
  store = openStore();
  await fill(USUARIO1);
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function patch(file: string, work: (octets: Buffer) => void): void {
  const descriptor = openSync(file, 'r+');
  const octets = Buffer.alloc(fstatSync(descriptor).size);
  readSync(descriptor, octets, 0, octets.length, 0);
  work(octets);
  writeSync(descriptor, octets, 0, octets.length, 0);
  closeSync(descriptor);
}

/** Numbers that look random and are the same in every run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function assertSameAsBefore(before: Told): Promise<void> {
  const after = await look();
  assert.deepEqual(after.flags, before.flags);
  assert.equal(after.uidValidity, before.uidValidity);
  assert.ok(after.uidNext >= before.uidNext);
  assert.ok(after.highestModSeq >= before.highestModSeq);
  assert.match(await readText(store, USUARIO1, 'INBOX', 5), /number 5\r\n$/);
  const next = await appendText(store, USUARIO1, 'INBOX', 'new');
  assert.ok(next.uids[0]! >= before.uidNext);
}

describe('a damaged index is made anew, with the same UIDs and flags', () => {
  const damages: readonly (readonly [name: string, damage: () => void, isReported: boolean])[] = [
    ['no octets', () => truncateSync(indexFile), false],
    ['cut in the middle', () => truncateSync(indexFile, 6000), true],
    ['another content', () => writeFileSync(indexFile, 'no database'.repeat(2000)), true],
    ['zeros', () => patch(indexFile, (octets) => octets.fill(0, 4096)), true],
    ['of a later version', () => inIndex('PRAGMA user_version = 99'), false],
    ['of an earlier version', () => inIndex('PRAGMA user_version = 1'), false],
    ['without its tables', () => inIndex('DROP TABLE message_range'), true],
    ['a wrong UID in it', () => swapUid(5, 7), true],
    [
      'wrong facts in it',
      () => inIndex(`UPDATE mailbox SET facts = replace(facts, '"uidNext":41', '"uidNext":11')`),
      true,
    ],
  ];
  for (const [name, damage, isReported] of damages) {
    it(name, async () => {
      const before = await look();
      await restart(damage);
      await assertSameAsBefore(before);
      assert.equal(
        logged.some((text) => text.includes('set aside a broken index')),
        isReported,
        logged.join('\n'),
      );
      assert.equal(existsSync(`${indexFile}.broken`), isReported);
    });
  }

  it('bits that flipped at random, thirty times', async () => {
    const random = pseudoRandom(20_261_121);
    let reported = 0;
    for (let round = 0; round < 30; round++) {
      const before = await look();
      await restart(() =>
        patch(indexFile, (octets) => {
          for (let i = 0; i < 20; i++) octets[Math.floor(random() * octets.length)]! ^= 1 << Math.floor(random() * 8);
        }),
      );
      const after = await look();
      assert.deepEqual(after.flags, before.flags, `round ${round}`);
      assert.equal(after.uidValidity, before.uidValidity);
      assert.ok(after.uidNext >= before.uidNext && after.highestModSeq >= before.highestModSeq, `round ${round}`);
      reported += logged.length;
      logged.length = 0;
    }
    assert.ok(reported > 3, `${reported} reports`);
  });

  it('broken while it is in use: what is written afterwards is whole', async () => {
    const before = await look();
    await restart(() => undefined);
    await look();
    // The pages of the open file; SQLite has some of them in memory.
    for (const file of [indexFile, `${indexFile}-wal`]) {
      if (existsSync(file)) patch(file, (octets) => octets.fill(0xaa));
    }
    await change(store, USUARIO1, [7], { mode: 'add', systemFlags: SEEN });
    await restart(() => undefined);
    const { flags } = await look();
    assert.deepEqual(
      flags,
      before.flags.map(([uid, bits, keywords]) => [uid, uid === 7 ? bits | SEEN : bits, keywords]),
    );
  });

  /** SQLite itself notices nothing of it. */
  function swapUid(uid: number, other: number): void {
    const database = new DatabaseSync(indexFile);
    const columns = Buffer.from(database.prepare('SELECT columns FROM message_range').get()?.['columns'] as Uint8Array);
    const at = columns.lastIndexOf(Uint8Array.of(uid, 0, 0, 0));
    assert.ok(at > 0);
    columns.writeUInt32LE(other, at);
    database.prepare('UPDATE message_range SET columns = ?').run(columns);
    database.close();
  }

  function inIndex(sql: string): void {
    const database = new DatabaseSync(indexFile);
    database.exec(sql);
    database.close();
  }
});

describe('a damaged uidlist is set aside and made anew', () => {
  const damages: readonly (readonly [name: string, damage: () => void])[] = [
    ['no octets', () => truncateSync(uidlist)],
    ['zeros', () => patch(uidlist, (octets) => octets.fill(0))],
    ['another content', () => writeFileSync(uidlist, randomText())],
    ['a line that says nothing', () => rewrite((lines) => lines.with(7, '%%%%'))],
    ['UIDs that fall', () => rewrite((lines) => lines.with(30, (lines[30] ?? '').replace(/^\d+/, '3')))],
    ['a header that says nothing', () => rewrite((lines) => lines.with(0, '9 V1 N1'))],
  ];
  for (const [name, damage] of damages) {
    it(name, async () => {
      const before = await look();
      await restart(damage);
      await assertSameAsBefore(before);
      assert.ok(
        logged.some((text) => text.includes('set aside a broken uidlist')),
        logged.join('\n'),
      );
      assert.ok(existsSync(`${uidlist}.broken`));
    });
  }

  it('cut off at its end: the messages keep the numbers that were told', async () => {
    for (const keep of [0.3, 0.6, 0.9]) {
      const before = await look();
      await restart(() => truncateSync(uidlist, Math.floor(readFileSync(uidlist).length * keep)));
      assert.deepEqual((await look()).flags, before.flags);
      assert.ok((await look()).uidNext >= before.uidNext);
    }
  });

  it('with its index lost too, the mailbox begins anew under another UIDVALIDITY: nothing is lost', async () => {
    const before = await look();
    await restart(() => {
      writeFileSync(uidlist, '');
      rmSync(indexFile);
    });
    const after = await look();
    assert.ok(after.uidValidity > before.uidValidity);
    assert.equal(after.flags.length, before.flags.length);
    assert.deepEqual(after.flags.map(([, flags]) => flags).sort(), before.flags.map(([, flags]) => flags).sort());
  });

  it('a modseq is above every former one, though the index is lost and the clock was set back since [I3]', async () => {
    const ahead = new Date(Date.now() + 3 * 365 * 86_400_000);
    await restart(() => {
      // As another clock, three years ahead, would have left it.
      for (const name of ['cur', 'new']) utimesSync(join(home, name), ahead, ahead);
      rmSync(indexFile);
    });
    assert.ok((await look()).highestModSeq > ahead.getTime() * 1000);
  });

  it('lines behind what the index knows are kept, and lost ones leave a gap', async () => {
    const before = await look();
    const fresh = before.uidNext;
    await restart(() => {
      writeFileSync(join(home, 'cur/1900000000.M1P1.other:2,S'), 'delivered by another program\n');
      rewrite((lines) => [...lines, `${fresh} :1900000000.M1P1.other`, '%%%%', '%%%%']);
    });
    const after = await look();
    assert.deepEqual(after.flags, [...before.flags, [fresh, SEEN, '']]);
    assert.equal(after.uidNext, fresh + 3);
  });

  function rewrite(work: (lines: string[]) => string[]): void {
    const lines = readFileSync(uidlist, 'utf8').trimEnd().split('\n');
    writeFileSync(uidlist, `${work(lines).join('\n')}\n`);
  }

  function randomText(): string {
    const random = pseudoRandom(7);
    return Array.from({ length: 4000 }, () => String.fromCharCode(Math.floor(random() * 256))).join('');
  }
});

describe('one account’s broken tree', () => {
  it('disturbs no other, and comes back when it is mended', async () => {
    await fill(USUARIO2);
    const before = await look(USUARIO2);
    await restart(() => {
      renameSync(home, `${home}.away`);
      writeFileSync(home, 'a file where a folder was');
    });
    await assert.rejects(look());
    await assert.rejects(appendText(store, USUARIO1, 'INBOX', 'refused'));
    assert.deepEqual((await look(USUARIO2)).flags, before.flags);
    assert.deepEqual((await appendText(store, USUARIO2, 'INBOX', 'taken')).uids, [before.uidNext]);
    await restart(() => {
      rmSync(home);
      renameSync(`${home}.away`, home);
    });
    assert.equal((await look()).flags.length, MESSAGES - 3);
  });

  it('a mailbox with a folder in place of its uidlist is refused alone', async () => {
    value(await store.createMailbox(USUARIO1, 'Otro', undefined));
    await appendText(store, USUARIO1, 'Otro', 'Subject: x\r\n\r\nin another mailbox\r\n');
    await restart(() => {
      rmSync(uidlist);
      rmSync(indexFile);
      mkdirSync(uidlist);
    });
    await assert.rejects(look());
    assert.match(await readText(store, USUARIO1, 'Otro', 1), /in another mailbox/);
    assert.ok(readdirSync(join(home, 'cur')).length + readdirSync(join(home, 'new')).length >= MESSAGES - 3);
  });
});
