// One account's index: a SQLite database that is only a cache. Whatever is missing here, of another version, or broken is
// made again from the files. A mailbox's numbers are kept as one row for each range of 1,024 UIDs, its columns packed one
// behind the other, so that opening 100,000 messages reads a hundred rows and a delivery writes one.

import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runsOf } from '#base/intervals.ts';
import { allAtOnce, STEP_ITEMS, type Steps } from '#base/steps.ts';
import type { Log } from '#mail/ports/log.ts';
import type { PreparedPart } from '#mail/ports/mail-store.ts';
import { isMissing } from '#platform/files/errno.ts';
import type { PreparedOctets } from './prepared-fetch.ts';
import {
  copyPrepared,
  forgetAllPrepared,
  forgetPrepared,
  PREPARED_TABLE,
  readPrepared,
  type UidPair,
  writePrepared,
} from './prepared-rows.ts';
import { checksumOf, type IndexedMessage, type PackedRange, unpackRange } from './range.ts';

/** Raised with every change of the tables or of the packing: an older file is thrown away. */
export const INDEX_VERSION = 3;

/** Of each of the hundreds that are open: SQLite's own 2 MB are there again in the system's cache. */
const PAGE_CACHE_KB = 256;

/** A new file need not survive a power cut: synced only once it is made. */
const TABLES = `
  PRAGMA synchronous = OFF;
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS mailbox (
    id INTEGER PRIMARY KEY, folder TEXT NOT NULL UNIQUE, facts TEXT NOT NULL, checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS message_range (
    mailbox INTEGER NOT NULL, number INTEGER NOT NULL, columns BLOB NOT NULL, files TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (mailbox, number)
  ) STRICT, WITHOUT ROWID;
  ${PREPARED_TABLE}
  PRAGMA user_version = ${INDEX_VERSION};
  PRAGMA synchronous = NORMAL;
`;

/** What is known of a mailbox besides its messages. */
export interface MailboxFacts {
  readonly mailboxId: string;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModSeq: number;
  readonly firstRecentUid: number;
  readonly keywords: readonly string[];
  readonly messages: number;
  readonly sizeBytes: number;
  /** The state of the files that these numbers came from; empty when it was too fresh to be told from the next one. */
  readonly look: string;
  readonly uidlistLines: number;
  /** Absent in an index of an earlier release. */
  readonly uidlistSignature?: string;
}

export interface IndexedMailbox {
  readonly facts: MailboxFacts;
  readonly messages: readonly IndexedMessage[];
}

export interface IndexChanges {
  readonly facts: MailboxFacts;
  /** Ranges without messages are dropped. */
  readonly ranges: Iterable<PackedRange>;
  /** Forget all ranges that were kept first. */
  readonly fromScratch: boolean;
  readonly prepared: ReadonlyMap<number, PreparedOctets>;
  readonly expungedUids: readonly number[];
}

interface CopyOfPrepared {
  readonly fromFolder: string;
  readonly toFolder: string;
  readonly pairs: readonly UidPair[];
}

export class AccountIndex {
  readonly #path: string;
  readonly #log: Log;
  #database: DatabaseSync | undefined;
  readonly #copies: CopyOfPrepared[] = [];

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** In steps, a range each, between which nobody else may use this index. */
  *readMailbox(folder: string): Steps<IndexedMailbox | undefined> {
    return yield* this.#attemptInSteps(function* (database) {
      const row = database.prepare('SELECT id, facts, checksum FROM mailbox WHERE folder = ?').get(folder);
      if (row === undefined) return undefined;
      const id = Number(row['id']);
      const numbers = database.prepare('SELECT number FROM message_range WHERE mailbox = ? ORDER BY number').all(id);
      const range = database.prepare('SELECT * FROM message_range WHERE mailbox = ? AND number = ?');
      const messages: IndexedMessage[] = [];
      for (const { number } of numbers) {
        messages.push(...unpackRange(readRange(range.get(id, Number(number)) ?? {})));
        yield;
      }
      return wholeMailbox(readFacts(row), messages);
    });
  }

  readFacts(folder: string): MailboxFacts | undefined {
    return this.#attempt((database) => {
      const row = database.prepare('SELECT facts, checksum FROM mailbox WHERE folder = ?').get(folder);
      return row === undefined ? undefined : readFacts(row);
    });
  }

  /** In steps, as it is read. False when it was not kept: give everything `fromScratch` the next time. */
  *write(folder: string, changes: IndexChanges): Steps<boolean> {
    yield* this.copyPrepared();
    const done = yield* this.#attemptInSteps(function* (database) {
      const isKnown = database.prepare('SELECT 1 FROM mailbox WHERE folder = ?').get(folder) !== undefined;
      // Set aside since it was read: a part of the messages must not pass for all of them.
      if (!isKnown && !changes.fromScratch) return false;
      using transaction = new Transaction(database);
      const id = upsertMailbox(database, folder, changes.facts);
      if (changes.fromScratch) forgetMessages(database, id);
      yield* writeRanges(database, id, changes.ranges);
      yield* writePrepared(database, id, changes.prepared);
      yield* forgetPrepared(database, id, runsOf(changes.expungedUids));
      transaction.commit();
      // Of hundreds of accounts each is written once in a while: what it read of its pages the system keeps for all.
      database.exec('PRAGMA shrink_memory');
      return true;
    });
    return done ?? false;
  }

  /** Messages without a prepared answer are left out. */
  readPrepared(folder: string, uids: readonly number[], parts: readonly PreparedPart[]): Map<number, PreparedOctets> {
    const found = this.#attempt((database) => {
      const mailbox = database.prepare('SELECT id FROM mailbox WHERE folder = ?').get(folder);
      return mailbox === undefined ? undefined : readPrepared(database, Number(mailbox['id']), uids, parts);
    });
    return found ?? new Map();
  }

  /**
   * Copied messages are what they were: told now, done before anything else is written or forgotten. A mailbox that is not
   * here yet gets nothing.
   */
  copyPreparedLater(fromFolder: string, toFolder: string, pairs: readonly UidPair[]): void {
    this.#copies.push({ fromFolder, toFolder, pairs });
  }

  /** In the order in which it was told, for copies are copied, too. */
  *copyPrepared(): Steps<void> {
    for (let copy = this.#copies.shift(); copy !== undefined; copy = this.#copies.shift()) {
      const { fromFolder, toFolder, pairs } = copy;
      for (let start = 0; start < pairs.length; start += STEP_ITEMS) {
        this.#copyPrepared(fromFolder, toFolder, pairs.slice(start, start + STEP_ITEMS));
        yield;
      }
    }
  }

  #copyPrepared(fromFolder: string, toFolder: string, pairs: readonly UidPair[]): void {
    this.#attempt((database) => {
      const find = database.prepare('SELECT id FROM mailbox WHERE folder = ?');
      const [from, to] = [find.get(fromFolder), find.get(toFolder)];
      if (from === undefined || to === undefined) return;
      inTransaction(database, () => copyPrepared(database, Number(from['id']), Number(to['id']), pairs));
    });
  }

  forgetMailbox(folder: string): void {
    allAtOnce(this.copyPrepared());
    this.#attempt((database) => {
      const row = database.prepare('SELECT id FROM mailbox WHERE folder = ?').get(folder);
      if (row === undefined) return;
      inTransaction(database, () => {
        forgetMessages(database, Number(row['id']));
        database.prepare('DELETE FROM mailbox WHERE folder = ?').run(folder);
      });
    });
  }

  renameMailbox(from: string, to: string): void {
    this.forgetMailbox(to);
    this.#attempt((database) => database.prepare('UPDATE mailbox SET folder = ? WHERE folder = ?').run(to, from));
  }

  close(): void {
    try {
      this.#database?.close();
    } finally {
      this.#database = undefined;
    }
  }

  /**
   * A broken database is set aside and begun anew. Any other failure (a full disk) is only reported: mail works without
   * an index, and a later attempt may succeed.
   */
  #attempt<T>(work: (database: DatabaseSync) => T): T | undefined {
    for (let attempts = 0; attempts < 2; attempts++) {
      try {
        this.#database ??= openDatabase(this.#path);
        return work(this.#database);
      } catch (cause) {
        if (!this.#mayTryAgain(cause)) return undefined;
      }
    }
    return undefined;
  }

  *#attemptInSteps<T>(work: (database: DatabaseSync) => Steps<T>): Steps<T | undefined> {
    for (let attempts = 0; attempts < 2; attempts++) {
      try {
        this.#database ??= openDatabase(this.#path);
        return yield* work(this.#database);
      } catch (cause) {
        if (!this.#mayTryAgain(cause)) return undefined;
      }
    }
    return undefined;
  }

  #mayTryAgain(cause: unknown): boolean {
    if (isBroken(cause)) {
      this.#setAside(cause);
      return true;
    }
    this.#log.write('error', 'index', `the index ${this.#path} failed: ${String(cause)}`);
    return false;
  }

  #setAside(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    try {
      this.close();
      const aside = `${this.#path}.broken`;
      for (const suffix of ['-wal', '-shm']) rmSync(this.#path + suffix, { force: true });
      renameSync(this.#path, aside);
      this.#log.write('error', 'index', `set aside a broken index as ${aside}, it is made anew: ${reason}`);
    } catch (failure) {
      if (!isMissing(failure)) this.#log.write('error', 'index', `the index ${this.#path} cannot be used: ${reason}`);
    }
  }
}

/** SQLITE_ERROR (a table is missing), SQLITE_CORRUPT, SQLITE_NOTADB, or content that we did not write. */
function isBroken(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const code = 'errcode' in cause ? Number(cause.errcode) & 0xff : undefined;
  return code === undefined ? !('code' in cause) : [1, 11, 26].includes(code);
}

function openDatabase(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA cache_size = -${PAGE_CACHE_KB}`);
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version === 0 || version === INDEX_VERSION) {
    database.exec(TABLES);
    return database;
  }
  database.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  return openDatabase(path);
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  using transaction = new Transaction(database);
  work();
  transaction.commit();
}

/** Undone at its end, unless it was committed. */
class Transaction implements Disposable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec('BEGIN IMMEDIATE');
  }

  commit(): void {
    this.#database.exec('COMMIT');
  }

  [Symbol.dispose](): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }
}

function upsertMailbox(database: DatabaseSync, folder: string, facts: MailboxFacts): number {
  const text = JSON.stringify(facts);
  const row = database
    .prepare(
      `INSERT INTO mailbox (folder, facts, checksum) VALUES (?, ?, ?)
       ON CONFLICT (folder) DO UPDATE SET facts = excluded.facts, checksum = excluded.checksum RETURNING id`,
    )
    .get(folder, text, checksumOf(text));
  return Number(row?.['id']);
}

function forgetMessages(database: DatabaseSync, id: number): void {
  database.prepare('DELETE FROM message_range WHERE mailbox = ?').run(id);
  forgetAllPrepared(database, id);
}

function* writeRanges(database: DatabaseSync, id: number, ranges: Iterable<PackedRange>): Steps<void> {
  const put = database.prepare('INSERT OR REPLACE INTO message_range VALUES (?, ?, ?, ?, ?)');
  const drop = database.prepare('DELETE FROM message_range WHERE mailbox = ? AND number = ?');
  for (const { number, columns, files, checksum } of ranges) {
    if (columns.length === 0) drop.run(id, number);
    else put.run(id, number, columns, files, checksum);
    yield;
  }
}

// Each of these throws on what we did not write, and the index is made anew.

export function readRange(row: Record<string, unknown>): PackedRange {
  const { number, columns, files, checksum } = row;
  return { number: Number(number), columns: blob(columns), files: String(files), checksum: Number(checksum) };
}

export function readFacts({ facts, checksum }: Record<string, unknown>): MailboxFacts {
  if (checksumOf(String(facts)) !== checksum) throw new Error('the facts of a mailbox are damaged');
  return JSON.parse(String(facts)) as MailboxFacts;
}

/** A range that is lost would make its messages pass for expunged. */
export function wholeMailbox(facts: MailboxFacts, messages: readonly IndexedMessage[]): IndexedMailbox {
  if (messages.length !== facts.messages) throw new Error('messages of a mailbox are missing');
  return { facts, messages };
}

function blob(value: unknown): Buffer {
  if (!(value instanceof Uint8Array)) throw new Error('a blob is missing');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
