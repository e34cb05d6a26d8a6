// Opens a mailbox's file with the care that a folder asks for in which others may make files: no symbolic link, a regular
// file without another name, owned by whom it should be.

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { err, ok, type Result } from '#base/result.ts';
import { errnoOf, isMissing } from '#platform/files/errno.ts';
import { syncNameOf } from '#platform/files/sync-path.ts';
import { deferred, faultOf, type MailboxFault } from './mailbox-fault.ts';

export interface MailboxFileRules {
  readonly path: string;
  /** Postfix's `strict_mbox_ownership`; `undefined`: anybody's, as for the files of an alias table. */
  readonly ownerUid: number | undefined;
  /** A missing file is made with this mode; `undefined`: it must be there. */
  readonly createMode: number | undefined;
}

const FLAGS = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** `missing` only where it may not be made. */
export async function openMailboxFile(rules: MailboxFileRules): Promise<Result<FileHandle, MailboxFault | 'missing'>> {
  const { path } = rules;
  try {
    const file = await openOrCreate(rules);
    if (file === undefined) return err('missing');
    const fault = faultOfFile(rules, await file.stat());
    if (fault === undefined) return ok(file);
    await file.close();
    return err(fault);
  } catch (cause) {
    if (errnoOf(cause) === 'ELOOP') return err(deferred('4.2.0', `mailbox ${path} is a symbolic link`));
    return err(faultOf(`cannot open mailbox ${path}`, cause));
  }
}

async function openOrCreate({ path, createMode }: MailboxFileRules): Promise<FileHandle | undefined> {
  try {
    return await open(path, FLAGS);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    if (createMode === undefined) return undefined;
  }
  try {
    return await create(path, createMode);
  } catch (cause) {
    // Somebody else made it meanwhile.
    if (errnoOf(cause) === 'EEXIST') return await open(path, FLAGS);
    throw cause;
  }
}

async function create(path: string, mode: number): Promise<FileHandle> {
  const file = await open(path, FLAGS | constants.O_CREAT | constants.O_EXCL, mode);
  try {
    await syncNameOf(path);
    return file;
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

interface FileFacts {
  isFile(): boolean;
  readonly nlink: number;
  readonly uid: number;
}

function faultOfFile({ path, ownerUid }: MailboxFileRules, file: FileFacts): MailboxFault | undefined {
  if (!file.isFile()) return deferred('4.2.0', `mailbox ${path} is not a regular file`);
  if (file.nlink > 1) return deferred('4.2.0', `mailbox ${path} has ${file.nlink} hard links`);
  if (ownerUid !== undefined && file.uid !== ownerUid) {
    return deferred('4.2.0', `destination ${path} is not owned by recipient`);
  }
  return undefined;
}
