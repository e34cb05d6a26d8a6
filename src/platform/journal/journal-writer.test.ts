// Group commit with a sync that ends when the test says so.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { WorldError } from '#base/world-error.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { readSegments } from './journal-folder.ts';
import type { MessageRecord } from './journal-record.ts';
import { type Commitment, JournalWriter } from './journal-writer.ts';
import { openSyncer, type Syncer } from './syncer.ts';

const base = mkdtempSync(join(tmpdir(), 'valija-journal-'));
after(() => rmSync(base, { recursive: true }));
let folders = 0;

function open(limits?: { segmentBytes: number; spareBytes?: number }) {
  const folder = join(base, String(folders++));
  const syncs: { resolve(): void; reject(cause: Error): void; fileBytes: number }[] = [];
  const syncer: Syncer = {
    sync() {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      syncs.push({ resolve, reject, fileBytes: sizeOfLast(folder) });
      return promise;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  const log = collectingLog();
  const writer = new JournalWriter(folder, syncer, log, limits);
  const said: string[] = [];
  const append = (id: string) => {
    const commitment = writer.append(message(id));
    commitment.durable.then(
      () => said.push(id),
      () => said.push(`not ${id}`),
    );
    return commitment;
  };
  return { folder, writer, syncs, said, append, log };
}

function message(id: string): MessageRecord {
  const body = { kind: 'octets', octets: Buffer.from(`body of ${id}`) } as const;
  const filing = {
    account: 'usuario1@valija.test' as MessageRecord['filings'][number]['account'],
    mailbox: 'INBOX',
    mailboxId: '0'.repeat(32),
    uid: 1,
    baseName: `name-of-${id}`,
    systemFlags: 0,
    keywords: [],
    internalDateMs: 0,
    body: 0,
    prefix: Buffer.alloc(0),
    recipients: [],
  };
  return { kind: 'message', id, arrivedMs: 0, envelope: '', bodies: [body], filings: [filing] };
}

function sizeOfLast(folder: string): number {
  return readFileSync(join(folder, readdirSync(folder).sort().at(-1)!)).length;
}

function idsIn(folder: string): string[] {
  const ids: string[] = [];
  for (const { records } of readSegments(folder)) {
    for (const { record } of records) if (record.kind === 'message') ids.push(record.id);
  }
  return ids;
}

function segmentsIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.journal'));
}

function damageIn(folder: string): unknown[] {
  return [...readSegments(folder)].flatMap(({ damage }) => damage);
}

async function carryOut(commitment: Commitment, syncs: readonly { resolve(): void }[]): Promise<void> {
  await turn();
  syncs.at(-1)!.resolve();
  await turn();
  commitment.finish();
}

async function settleAll(writer: JournalWriter): Promise<void> {
  writer.rotate();
  for (const segment of writer.finishedSegments()) await writer.settle(segment);
}

describe('journal writer', () => {
  it('a body is read where it was written, until its record is finished', async () => {
    const { append, syncs, writer } = open();
    const [a, b] = [append('a'), append('b')];
    assert.throws(() => a.readBody(0), /no record/);
    await turn();
    syncs[0]!.resolve();
    await turn();
    assert.deepEqual([a.readBody(0).toString(), b.readBody(0).toString()], ['body of a', 'body of b']);
    assert.throws(() => a.readBody(1), /no record/);
    const c = append('c');
    await turn();
    syncs[1]!.resolve();
    writer.rotate();
    const d = append('d');
    await carryOut(d, syncs);
    await carryOut(c, syncs);
    assert.deepEqual(
      [c, a, b, d].map((each) => each.readBody(0).toString()).join(),
      'body of c,body of a,body of b,body of d',
    );
    for (const each of [a, b]) each.finish();
    await settleAll(writer);
    const e = append('e');
    await carryOut(e, syncs);
    assert.equal(e.readBody(0).toString(), 'body of e', 'in a file that was used before');
    await writer.close();
  });

  it('nothing is promised before the sync that covers it; what comes meanwhile shares the next one [C42]', async () => {
    const { append, syncs, said, folder } = open();
    append('a');
    append('b');
    await turn();
    await turn();
    assert.equal(syncs.length, 1, 'both came in one turn: one sync');
    append('c');
    append('d');
    await turn();
    assert.deepEqual([syncs.length, said], [1, []]);
    assert.deepEqual(idsIn(folder), ['a', 'b']);
    syncs[0]!.resolve();
    await turn();
    assert.deepEqual([syncs.length, said], [2, ['a', 'b']]);
    assert.equal(syncs[1]!.fileBytes, sizeOfLast(folder), 'c and d were written before their sync began');
    assert.deepEqual(idsIn(folder), ['a', 'b', 'c', 'd']);
    syncs[1]!.resolve();
    await turn();
    assert.deepEqual(said, ['a', 'b', 'c', 'd']);
  });

  it('a failed sync fails what it was for and nothing before; its segment ends where the promises end', async () => {
    const { append, syncs, said, folder, log } = open();
    append('a');
    await turn();
    syncs[0]!.resolve();
    await turn();
    const failed = append('b');
    await turn();
    append('c');
    syncs[1]!.reject(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }));
    await turn();
    await assert.rejects(failed.durable, (cause: unknown) => cause instanceof WorldError && cause.transient);
    syncs[2]!.resolve();
    await turn();
    assert.deepEqual(said, ['a', 'not b', 'c']);
    assert.deepEqual(idsIn(folder), ['a', 'c'], 'b is never replayed');
    assert.equal(readdirSync(folder).length, 2, 'c went to another segment');
    assert.equal([...readSegments(folder)].flatMap(({ damage }) => damage).length, 0);
    assert.match(log.lines.map(({ text }) => text).join('\n'), /EIO/);
  });

  it('a segment at its limit is closed; one that somebody needs keeps all behind it', async () => {
    const { append, syncs, writer, folder } = open({ segmentBytes: 100 });
    const commitments = [];
    for (const id of ['a', 'b', 'c']) {
      commitments.push(append(id));
      await turn();
      syncs.at(-1)!.resolve();
      await turn();
    }
    writer.rotate();
    assert.equal(readdirSync(folder).length, 3);
    assert.deepEqual(writer.finishedSegments(), []);
    assert.ok(writer.mentions('name-of-b'));
    commitments[0]!.finish();
    commitments[2]!.finish();
    assert.equal(writer.finishedSegments().length, 1);
    commitments[1]!.finish();
    commitments[1]!.finish();
    for (const segment of writer.finishedSegments()) await writer.settle(segment);
    assert.deepEqual([segmentsIn(folder), writer.mentions('name-of-b'), writer.unsettledBytes], [[], false, 0]);
    append('d');
    await turn();
    assert.match(segmentsIn(folder)[0]!, /^0000000004-/);
    syncs.at(-1)!.resolve();
    await writer.close();
  });

  it('the file of a settled segment is written over; what it held is never read as the next one’s', async () => {
    const { append, syncs, writer, folder } = open();
    for (const id of ['a', 'b', 'c']) await carryOut(append(id), syncs);
    await settleAll(writer);
    const [former] = readdirSync(folder);
    assert.match(former!, /^0000000001-.*\.journal\.spare$/);
    const inode = statSync(join(folder, former!)).ino;
    append('d');
    await turn();
    const [segment, ...others] = readdirSync(folder);
    assert.match(segment!, /^0000000002-[0-9a-f]{8}\.journal$/);
    assert.deepEqual([others, statSync(join(folder, segment!)).ino], [[], inode]);
    const left = readFileSync(join(folder, segment!), 'latin1');
    assert.ok(left.includes('body of d') && left.includes('body of c'), 'killed here, c still stands behind d');
    assert.deepEqual(idsIn(folder), ['d']);
    assert.deepEqual(damageIn(folder), []);
    syncs.at(-1)!.resolve();
    await writer.close();
    assert.ok(!readFileSync(join(folder, segment!), 'latin1').includes('body of c'));
  });

  it('killed before the first record stood in it: the file promises nothing, and is not damaged', async () => {
    const { append, syncs, writer, folder } = open();
    await carryOut(append('a'), syncs);
    await settleAll(writer);
    renameSync(join(folder, readdirSync(folder)[0]!), join(folder, '0000000002-00000001.journal'));
    assert.deepEqual([idsIn(folder), damageIn(folder)], [[], []]);
  });

  it('no file is kept whose sync failed, none beyond the limit, none at the end', async () => {
    const { append, syncs, writer, folder } = open({ segmentBytes: 64, spareBytes: 700 });
    append('a');
    await turn();
    syncs[0]!.reject(new Error('EIO: i/o error, fdatasync'));
    await turn();
    await settleAll(writer);
    assert.deepEqual(readdirSync(folder), []);
    for (const id of ['b', 'c', 'd', 'e']) await carryOut(append(id), syncs);
    await settleAll(writer);
    const bytes = readdirSync(folder).map((file) => statSync(join(folder, file)).size);
    assert.ok(bytes.length === 1 && bytes[0]! <= 700, `kept: ${bytes}`);
    await writer.close();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('spares that a killed server left go at the next start; those in use go when the disk is short', async () => {
    const { append, syncs, writer, folder } = open();
    await carryOut(append('a'), syncs);
    await settleAll(writer);
    await using syncer = openSyncer();
    const next = new JournalWriter(folder, syncer, collectingLog());
    assert.deepEqual(readdirSync(folder), []);
    await carryOut(append('b'), syncs);
    assert.deepEqual(idsIn(folder), ['b'], 'one that somebody tidied away is not missed');
    await settleAll(writer);
    assert.equal(readdirSync(folder).length, 1);
    writer.giveBackSpares();
    assert.deepEqual(readdirSync(folder), []);
    await next.close();
  });

  it('a spare that cannot be opened is let go: the record stands in a new file, and no empty segment is left', async () => {
    const { append, syncs, writer, folder } = open();
    await carryOut(append('a'), syncs);
    await settleAll(writer);
    const spare = join(folder, readdirSync(folder)[0]!);
    rmSync(spare);
    symlinkSync(spare, spare); // ELOOP
    await carryOut(append('b'), syncs);
    assert.equal(readdirSync(folder).length, 1);
    assert.deepEqual([idsIn(folder), damageIn(folder)], [['b'], []]);
    await writer.close();
  });

  it('a real disk, the real thread: a thousand records at fifty at a time', async () => {
    const folder = join(base, 'real');
    await using syncer = openSyncer();
    const writer = new JournalWriter(folder, syncer, collectingLog());
    await Promise.all(
      Array.from({ length: 50 }, async (_, who) => {
        for (let i = 0; i < 20; i++) await writer.append(message(`${who}-${i}`)).durable;
      }),
    );
    assert.equal(idsIn(folder).length, 1000);
    await writer.close();
    const next = new JournalWriter(folder, syncer, collectingLog());
    await next.append(message('later')).durable;
    assert.equal(readdirSync(folder).length, 2);
    await next.close();
  });
});
