// A mailbox of thousands is looked at in steps. How much happens in one turn of the event loop is counted, never timed: each
// file that is looked at, renamed or listed, each row of the index that is read or written.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StatementSync } from 'node:sqlite';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { STEP_ITEMS, type Steps } from '#base/steps.ts';
import type { AccountId } from '#mail/ports/account.ts';
import { openBox } from '#mail/ports/mail-store/fixture.contract.ts';
import { MessageTable } from '#platform/message-index/message-table.ts';
import { openMaildirBelow } from '../../../test/world/maildir-below.ts';
import { accountPath } from './account-home.ts';
import type { MaildirStore } from './maildir-store.ts';
import { sortInSteps } from './sort-in-steps.ts';
import { matchFiles } from './uid-matching.ts';
import { readUidlist, writeUidlist } from './uidlist.ts';

const MESSAGES = 3_000;
const USUARIO1 = 'usuario1@valija.test' as AccountId;
/** A step may end with a few looks at the folder itself. */
const MOST_AT_ONCE = STEP_ITEMS + 50;

let folder: string;
let home: string;
let store: MaildirStore;
let operations = 0;

/** Counts each call of `target[name]` from now on; returns the way back. */
function countCalls(target: object, name: string): () => void {
  const methods = target as Record<string, (...args: unknown[]) => unknown>;
  const original = methods[name]!;
  methods[name] = function (this: unknown, ...args: unknown[]): unknown {
    operations++;
    return original.apply(this, args);
  };
  return () => {
    methods[name] = original;
  };
}

/** The most that happened between two turns of the event loop, and how much in all. */
async function watchTurns(work: () => Promise<unknown>): Promise<{ most: number; total: number }> {
  let most = 0;
  let total = 0;
  let isOver = false;
  operations = 0;
  const turn = (): void => {
    most = Math.max(most, operations);
    total += operations;
    operations = 0;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isOver = true;
  turn();
  return { most, total };
}

function openStore(): MaildirStore {
  return openMaildirBelow(folder, {
    log: { write: (...words) => console.error(...words) },
    accountHome: () => home,
    accountIndex: () => join(folder, 'index.db'),
    journal: { mailBase: folder },
  });
}

function dropFiles(directory: string, info: string): void {
  for (let i = 0; i < MESSAGES; i++) {
    fs.writeFileSync(join(home, directory, `1700000000.M${i}P1.other,S=5,W=5${info}`), 'hello');
  }
}

describe('a mailbox of thousands holds up nobody', () => {
  let restore: readonly (() => void)[] = [];
  before(() => {
    restore = [
      ...['statSync', 'renameSync', 'readFileSync', 'openSync'].map((name) => countCalls(fs, name)),
      countCalls(fs.Dir.prototype, 'readSync'),
      ...['run', 'get'].map((name) => countCalls(StatementSync.prototype, name)),
    ];
    syncBuiltinESMExports();
  });
  after(() => {
    for (const each of restore) each();
    syncBuiltinESMExports();
  });
  beforeEach(async () => {
    folder = fs.mkdtempSync(join(tmpdir(), 'valija-turns-'));
    home = join(folder, accountPath(USUARIO1));
    store = openStore();
    await openBox(store, USUARIO1, 'INBOX');
  });
  afterEach(async () => {
    await store[Symbol.asyncDispose]();
    fs.rmSync(folder, { recursive: true });
  });

  for (const [directory, info] of [
    ['cur', ':2,S'],
    ['new', ''],
  ] as const) {
    it(`when its files are seen for the first time, in ${directory}/`, async () => {
      dropFiles(directory, info);
      const { most, total } = await watchTurns(() => openBox(store, USUARIO1, 'INBOX'));
      assert.ok(total > 2 * MESSAGES, `${total} operations were counted`);
      assert.ok(most <= MOST_AT_ONCE, `${most} at once`);
      assert.equal((await openBox(store, USUARIO1, 'INBOX')).columns.uids.length, MESSAGES);
    });
  }

  it('when its index is written, and read again', async () => {
    dropFiles('cur', ':2,');
    const { uids } = (await openBox(store, USUARIO1, 'INBOX')).columns;
    let total = 0;
    // In the store's thread each batch is asked for in a turn of its own.
    for (let start = 0; start < MESSAGES; start += 250) {
      const prepared = store.prepareFetch(USUARIO1, 'INBOX', uids.slice(start, start + 250), ['header']);
      const written = await watchTurns(async () => {
        for await (const _ of prepared);
      });
      assert.ok(written.most <= MOST_AT_ONCE, `${written.most} at once`);
      total += written.total;
    }
    assert.ok(total > 2 * MESSAGES, `${total} operations were counted`);
    await store[Symbol.asyncDispose]();
    store = openStore();
    const read = await watchTurns(() => openBox(store, USUARIO1, 'INBOX'));
    assert.ok(read.most <= MOST_AT_ONCE, `${read.most} at once`);
  });
});

describe('what is thought about files is interrupted as often', () => {
  const baseNames = Array.from({ length: MESSAGES }, (_, i) => `${1_700_000_000 + ((i * 7919) % MESSAGES)}.M1P1.other`);
  const records = baseNames.map((baseName, i) => ({ uid: i + 1, extensions: '', baseName }));
  const list = { uidValidity: 1, uidNext: MESSAGES + 1, guid: undefined, records };
  const files = new Map(baseNames.map((baseName) => [baseName, `cur/${baseName}:2,`]));
  const listing = { files, isComplete: true };

  function drive<T>(steps: Steps<T>): { readonly count: number; readonly result: T } {
    for (let count = 1; ; count++) {
      const { done, value } = steps.next();
      if (done) return { count, result: value };
    }
  }

  it('reading and writing a uidlist', () => {
    const written = drive(writeUidlist(list));
    assert.ok(written.count >= MESSAGES / STEP_ITEMS);
    const read = drive(readUidlist(written.result));
    assert.ok(read.count >= MESSAGES / STEP_ITEMS);
    assert.ok(read.result.ok && read.result.value.records.length === MESSAGES);
  });

  it('giving UIDs, in the order of delivery', () => {
    const known = drive(matchFiles(list, listing, new MessageTable(), new Map()));
    assert.ok(known.count >= (2 * MESSAGES) / STEP_ITEMS);
    assert.deepEqual([known.result.records.length, known.result.fresh.length], [MESSAGES, 0]);
    const fresh = drive(matchFiles({ ...list, records: [], uidNext: 1 }, listing, new MessageTable(), new Map()));
    assert.ok(fresh.count >= (2 * MESSAGES) / STEP_ITEMS);
    assert.deepEqual(
      fresh.result.fresh.map(({ baseName }) => baseName),
      baseNames.toSorted(),
    );
  });

  it('sorting', () => {
    let comparisons = 0;
    let most = 0;
    const shuffled = Array.from({ length: MESSAGES }, (_, i) => (i * 7919) % MESSAGES);
    const steps = sortInSteps(shuffled, (a, b) => {
      comparisons++;
      return a - b;
    });
    for (let next = steps.next(); ; next = steps.next()) {
      most = Math.max(most, comparisons);
      comparisons = 0;
      if (!next.done) continue;
      assert.deepEqual(
        next.value,
        shuffled.toSorted((a, b) => a - b),
      );
      break;
    }
    assert.ok(most <= STEP_ITEMS * Math.ceil(Math.log2(STEP_ITEMS)), `${most} comparisons at once`);
    assert.deepEqual(drive(sortInSteps([], () => 0)).result, []);
  });
});
