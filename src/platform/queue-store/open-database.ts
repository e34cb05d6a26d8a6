// Opening the queue never stops the server. A database that is damaged is set aside whole, and what can be read of it goes
// into a new one; a message whose octets are missing, empty or of the wrong length is set aside alone; the rest is served.

import { existsSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '#base/thrown.ts';
import { isDamage } from '#platform/files/sqlite-damage.ts';
import type { OctetFiles } from './octet-files.ts';
import { QueueDatabase } from './queue-database.ts';

/** For the administrator: what was found, and where it is now. */
export type Report = (text: string) => void;

export interface QueuePlaces {
  /** `queue.db`. */
  readonly database: string;
  /** `queue/`. */
  readonly folder: string;
}

export function openQueueDatabase(
  places: QueuePlaces,
  files: OctetFiles,
  nowMs: number,
  report: Report,
): QueueDatabase {
  const { database, isSalvaged } = openOrSalvage(places, nowMs, report);
  try {
    for (const queueId of database.halves())
      setAside(database, files, queueId, 'a part of its rows is missing', report);
    checkOctets(database, files, isSalvaged, report);
    return database;
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

export function setAside(
  database: QueueDatabase,
  files: OctetFiles,
  queueId: string,
  reason: string,
  report: Report,
): void {
  const { rows } = database.takeOut(queueId, reason);
  const place = files.setAside(queueId, rows);
  report(`${queueId}: damaged, and set aside as ${place}: ${reason}`);
}

interface Opened {
  readonly database: QueueDatabase;
  /** Not all that was kept may be in it. */
  readonly isSalvaged: boolean;
}

function openOrSalvage({ database: file, folder }: QueuePlaces, nowMs: number, report: Report): Opened {
  if (!existsSync(file)) return { database: new QueueDatabase(file), isSalvaged: false };
  const damage = findDamage(file);
  if (damage === undefined) return { database: new QueueDatabase(file), isSalvaged: false };
  const moment = new Date(nowMs).toISOString().replace(/[:.]/g, '-');
  const aside = join(folder, 'damaged', `${basename(file)}-${moment}`);
  for (const suffix of ['-wal', '-shm', '']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  const database = new QueueDatabase(file);
  const saved = salvage(aside, database);
  report(`${file} was damaged (${damage}); it is kept as ${aside}, and ${saved} rows were read from it`);
  return { database, isSalvaged: true };
}

/** What is wrong; throws what is wrong with the disk, or a version that is not known. */
function findDamage(file: string): string | undefined {
  try {
    using database = new DatabaseSync(file, { timeout: 5_000 });
    const found = String(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']);
    return found === 'ok' ? undefined : found.replaceAll('\n', ' ');
  } catch (error) {
    if (isDamage(error)) return messageOf(error);
    throw error;
  }
}

const TABLES = ['messages', 'recipients', 'finished'] as const;

/** Rows that were read: from the beginning up to the damage, and from the end back to it. */
function salvage(aside: string, into: QueueDatabase): number {
  let saved = 0;
  try {
    using from = new DatabaseSync(aside, { readOnly: true });
    into.begin();
    for (const table of TABLES) for (const order of ['ASC', 'DESC']) saved += copyRows(from, into, table, order);
    into.commit();
  } catch {
    // Not even its head can be read; what is in the new database by now stays.
    into.commitOpen();
  }
  return saved;
}

function copyRows(from: DatabaseSync, into: QueueDatabase, table: string, order: string): number {
  let saved = 0;
  try {
    const key = table === 'recipients' ? `queue_id ${order}, number ${order}` : `queue_id ${order}`;
    for (const row of from.prepare(`SELECT * FROM ${table} ORDER BY ${key}`).iterate()) {
      saved += into.restore(table, row);
    }
  } catch {
    // The damage: the other direction goes on behind it.
  }
  return saved;
}

/** A file that an intact database does not know was never promised, or is done: it goes. */
function checkOctets(database: QueueDatabase, files: OctetFiles, isSalvaged: boolean, report: Report): void {
  const wrong: { readonly queueId: string; readonly reason: string }[] = [];
  let good = 0;
  for (const { queueId, sizeBytes } of database.sizes()) {
    const foundBytes = files.sizeOf(queueId);
    if (foundBytes === sizeBytes) good++;
    else if (foundBytes === undefined) wrong.push({ queueId, reason: 'its octets are missing' });
    else wrong.push({ queueId, reason: `it has ${foundBytes} octets instead of ${sizeBytes}` });
  }
  for (const { queueId, reason } of wrong) setAside(database, files, queueId, reason, report);
  for (const queueId of findStrays(database, files, good)) {
    if (!isSalvaged) files.discardStray(queueId);
    else report(`${queueId}: its rows are lost; its octets are set aside as ${files.setAside(queueId, undefined)}`);
  }
}

/** `known` files have rows. Where there are no more, which is nearly always, none is asked for by its name. */
function findStrays(database: QueueDatabase, files: OctetFiles, known: number): string[] {
  let found = 0;
  for (const _ of files.names()) found++;
  if (found === known) return [];
  // One after the other: a backlog is longer than memory should be.
  const strays: string[] = [];
  for (const queueId of files.names()) if (!database.isKept(queueId)) strays.push(queueId);
  return strays;
}
