// Makes an index of a source, or changes one: the old index or the new one, whole, is there at every moment.

import { stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { WorldError } from '#base/world-error.ts';
import { isMissing } from '#platform/files/errno.ts';
import { CdbReader } from '#platform/tables/cdb-reader.ts';
import { type IndexForm, writeIndex } from '#platform/tables/index-file.ts';
import { addEntries, readSource, type SourceReading } from '#platform/tables/read-source.ts';
import { readTableFile, stampOf } from '#platform/tables/table-file.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import type { TableCommand } from './table-options.ts';

const USUAL_MODE = 0o644;

/** Of the source beside it; how many entries it has. */
export async function makeIndex(command: TableCommand, path: string): Promise<number> {
  const { context, options } = command;
  const source = stampOf(path);
  if (source === undefined) throw new CommandFailure(EXIT.noInput, context.say('tables.no-source', { file: path }));
  return asOwner(command, path, async () => {
    const entries = await readSource(path, readingOf(command));
    const mode = options.p ? USUAL_MODE : source.mode;
    await writeIndex(`${path}.cdb`, entries, source, formOf(command, mode));
    return entries.size;
  });
}

/** Adds what standard input says to the index that is there. */
export async function extendIndex(command: TableCommand, path: string): Promise<void> {
  const added = await text(command.context.input);
  await changeIndex(command, path, async (entries) => {
    await addEntries(entries, added, '(stdin)', readingOf(command));
    return true;
  });
}

/** How many of the keys were there. */
export async function deleteFromIndex(command: TableCommand, path: string, keys: readonly string[]): Promise<number> {
  let deleted = 0;
  await changeIndex(command, path, async (entries) => {
    for (const key of keys) if (entries.delete(command.options.f ? key : key.toLowerCase())) deleted++;
    return deleted > 0;
  });
  return deleted;
}

async function changeIndex(
  command: TableCommand,
  path: string,
  /** False: nothing was changed. */
  change: (entries: Map<string, string>) => Promise<boolean>,
): Promise<void> {
  const index = `${path}.cdb`;
  await asOwner(command, path, async () => {
    const entries = new Map<string, string>();
    for (const [key, value] of await readIndex(index)) if (!entries.has(key)) entries.set(key, value);
    if (!(await change(entries))) return;
    // It is newer than its source from now on, and says what the source does not.
    await writeIndex(index, entries, undefined, formOf(command, stampOf(index)?.mode ?? USUAL_MODE));
  });
}

async function readIndex(path: string): Promise<Iterable<readonly [string, string]>> {
  try {
    return new CdbReader(await readTableFile(path)).entries();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function readingOf({ form, options, warn }: TableCommand): SourceReading {
  const duplicates = options.r ? 'replace' : options.w ? 'ignore' : 'warn';
  return { form, foldsKeys: options.f !== true, duplicates, warn };
}

function formOf({ options }: TableCommand, mode: number): IndexForm {
  return { mode, nulTerminated: options.N === true };
}

/** Whatever the disk refuses, and a damaged index, become one line for whoever runs the command. */
async function asOwner<T>(command: TableCommand, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await withRightsOfOwner(command, path, work);
  } catch (cause) {
    throw new WorldError(`${command.program} ${path}`, { transient: false, cause });
  }
}

/** Root works as the owner of the source, who could otherwise have root write wherever a link of theirs leads. */
async function withRightsOfOwner<T>({ options }: TableCommand, path: string, work: () => Promise<T>): Promise<T> {
  const owner = process.geteuid?.() === 0 && options.o !== true ? await ownerOf(path) : undefined;
  if (owner === undefined || owner.uid === 0) return work();
  process.setegid?.(owner.gid);
  process.seteuid?.(owner.uid);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
