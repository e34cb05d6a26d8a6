// The table of what was prepared, one row a message. Each part ends with a checksum of its own, so that it is read and proved
// without the others: SQLite notices a broken page, not a flipped bit in what it carries.

import type { DatabaseSync } from 'node:sqlite';
import type { Interval } from '#base/intervals.ts';
import { runsOf } from '#base/intervals.ts';
import { Pace, STEP_ITEMS, type Steps } from '#base/steps.ts';
import type { PreparedPart } from '#mail/ports/mail-store.ts';
import type { PreparedOctets } from './prepared-fetch.ts';
import { checksumOf } from './range.ts';

export const PREPARED_TABLE = `
  CREATE TABLE IF NOT EXISTS prepared (key INTEGER PRIMARY KEY, envelope BLOB, structure BLOB, header BLOB) STRICT;
`;

/** A mailbox's row and a UID make one number below 2^53. */
const KEY_STEP = 2 ** 32;
const CHECKSUM_BYTES = 4;
const COLUMNS: Readonly<Record<PreparedPart, string>> = {
  envelope: 'envelope',
  bodyStructure: 'structure',
  header: 'header',
};

export interface UidPair {
  readonly from: number;
  readonly to: number;
}

export function* writePrepared(
  database: DatabaseSync,
  mailbox: number,
  prepared: ReadonlyMap<number, PreparedOctets>,
): Steps<void> {
  const pace = new Pace();
  const put = database.prepare('INSERT OR REPLACE INTO prepared VALUES (?, ?, ?, ?)');
  for (const [uid, { envelope, bodyStructure, header }] of prepared) {
    put.run(keyOf(mailbox, uid), seal(envelope), seal(bodyStructure), seal(header));
    if (pace.isDue()) yield;
  }
}

/** Messages of which nothing was prepared are left out. Throws on what we did not write: the index is then made anew. */
export function readPrepared(
  database: DatabaseSync,
  mailbox: number,
  uids: readonly number[],
  parts: readonly PreparedPart[],
): Map<number, PreparedOctets> {
  const columns = parts.map((part) => COLUMNS[part]);
  const select = database.prepare(`SELECT ${['key', ...columns].join(', ')} FROM prepared WHERE key BETWEEN ? AND ?`);
  // A row as an array, and many rows in one call, cost half of what they do as objects and one by one.
  select.setReturnArrays(true);
  const found = new Map<number, PreparedOctets>();
  for (const { first, last } of runsOf(uids)) {
    const rows: unknown = select.all(keyOf(mailbox, first), keyOf(mailbox, last));
    for (const [key, ...octets] of rows as unknown[][]) {
      const row: { -readonly [Part in PreparedPart]: Buffer | undefined } = {
        envelope: undefined,
        bodyStructure: undefined,
        header: undefined,
      };
      for (let i = 0; i < parts.length; i++) row[parts[i] as PreparedPart] = unseal(octets[i]);
      found.set(Number(key) - keyOf(mailbox, 0), row);
    }
  }
  return found;
}

/** Into rows of other messages, which may be another mailbox's. */
export function copyPrepared(
  database: DatabaseSync,
  fromMailbox: number,
  toMailbox: number,
  pairs: readonly UidPair[],
): void {
  const copy = database.prepare(`
    INSERT OR REPLACE INTO prepared (key, envelope, structure, header)
    SELECT key + ?, envelope, structure, header FROM prepared WHERE key BETWEEN ? AND ?`);
  for (const { first, last } of consecutive(pairs)) {
    const shift = keyOf(toMailbox, first.to) - keyOf(fromMailbox, first.from);
    copy.run(shift, keyOf(fromMailbox, first.from), keyOf(fromMailbox, last.from));
  }
}

export function* forgetPrepared(database: DatabaseSync, mailbox: number, runs: readonly Interval[]): Steps<void> {
  const forget = database.prepare('DELETE FROM prepared WHERE key BETWEEN ? AND ?');
  for (const { first, last } of runs) {
    for (let from = first; from <= last; from += STEP_ITEMS) {
      forget.run(keyOf(mailbox, from), keyOf(mailbox, Math.min(last, from + STEP_ITEMS - 1)));
      yield;
    }
  }
}

export function forgetAllPrepared(database: DatabaseSync, mailbox: number): void {
  const forget = database.prepare('DELETE FROM prepared WHERE key BETWEEN ? AND ?');
  forget.run(keyOf(mailbox, 0), keyOf(mailbox, KEY_STEP - 1));
}

/** Runs of messages, one behind the other in both places: thousands are copied by one statement. */
function* consecutive(pairs: readonly UidPair[]): Generator<{ readonly first: UidPair; readonly last: UidPair }> {
  let start = 0;
  for (const [i, last] of pairs.entries()) {
    const next = pairs[i + 1];
    if (next !== undefined && next.from === last.from + 1 && next.to === last.to + 1) continue;
    yield { first: pairs[start] ?? last, last };
    start = i + 1;
  }
}

function keyOf(mailbox: number, uid: number): number {
  return mailbox * KEY_STEP + uid;
}

function seal(octets: Buffer | undefined): Buffer | null {
  if (octets === undefined) return null;
  const sealed = Buffer.allocUnsafe(octets.length + CHECKSUM_BYTES);
  octets.copy(sealed);
  sealed.writeUInt32LE(checksumOf(octets), octets.length);
  return sealed;
}

function unseal(sealed: unknown): Buffer | undefined {
  if (sealed === null) return undefined;
  if (!(sealed instanceof Uint8Array) || sealed.length < CHECKSUM_BYTES) throw new Error('a prepared part is missing');
  const all = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const octets = all.subarray(0, all.length - CHECKSUM_BYTES);
  if (checksumOf(octets) !== all.readUInt32LE(octets.length)) throw new Error('a prepared part is damaged');
  return octets;
}
