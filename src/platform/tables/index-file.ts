// An index beside its source: `virtual.cdb` of `virtual`. It is the old one or the new one, whole, at every moment; its
// readers keep the old one until they look again. It bears the time of the source that it was made from, so that a source
// that changes while its index is made is newer than the index.

import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectoryNow } from '#platform/files/atomic-write.ts';
import { type CdbForm, encodeCdb } from './cdb-writer.ts';
import type { Entry } from './lookup.ts';
import type { FileStamp } from './table-file.ts';

const MICROSECONDS = 1_000_000;

export interface IndexForm extends CdbForm {
  /** Of the new file; without the bits that let others write. */
  readonly mode: number;
}

export async function writeIndex(
  path: string,
  entries: Iterable<Entry>,
  source: FileStamp | undefined,
  form: IndexForm,
): Promise<void> {
  const octets = await encodeCdb(entries, form);
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = await open(temporary, 'wx', form.mode & 0o644);
  try {
    await file.writeFile(octets);
    if (source !== undefined) {
      const seconds = secondsNotBefore(source.modifiedNs);
      await file.utimes(seconds, seconds);
    }
    await file.sync();
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  } finally {
    await file.close();
  }
  syncDirectoryNow(dirname(path));
}

/** In microseconds, rounded up twice: seconds in a float would else be some nanoseconds before the source. */
function secondsNotBefore(ns: bigint): number {
  return (Number(ns / 1_000n) + 2) / MICROSECONDS;
}
