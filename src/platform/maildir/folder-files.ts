// The files of one mailbox as they lie on disk: cur/, new/, tmp/ and what stands beside them. Synchronous, no state.
//
// Races, as in Dovecot's maildir-sync.c. Mail programs rename files without a lock while we read the directory: such a
// file may be seen twice, or not at all. So a file that seems to be gone is gone only when the directories did not change
// while they were read; otherwise they are read again, and after a few times what is missing is believed to be
// there still, until the next look. A directory's time has the grain of the kernel's tick: one that changed within the
// last second may change again without showing it. Such a look is not settled, and is repeated later.

import { mkdirSync, opendirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pace, STEP_ITEMS, type Steps } from '#base/steps.ts';
import { syncDirectoryNow } from '#platform/files/atomic-write.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { baseNameOf } from './message-file-name.ts';

export const UIDLIST = 'dovecot-uidlist';
export const UIDLIST_LOCK = 'dovecot-uidlist.lock';
export const KEYWORDS = 'dovecot-keywords';
const MAILDIR_FOLDER = 'maildirfolder';
const GRAIN_MS = 1000;
const LISTING_ATTEMPTS = 3;

/** When the directories and the uidlist last changed. Equal looks: nobody did anything, if the first one was settled. */
export interface Look {
  readonly directories: string;
  readonly uidlist: string;
  readonly isSettled: boolean;
}

export interface FolderListing {
  /** Base name → `cur/…` or `new/…`. */
  readonly files: ReadonlyMap<string, string>;
  /** False when the directories never stood still: what is missing may be there. */
  readonly isComplete: boolean;
}

export function lookAt(path: string): Look {
  const [fresh, current, uidlist] = [`${path}/new`, `${path}/cur`, `${path}/${UIDLIST}`].map((each) => {
    const stat = statSync(each, { bigint: true, throwIfNoEntry: false });
    return stat === undefined
      ? { text: '-', ms: 0 }
      : { text: `${stat.mtimeNs}.${stat.ino}`, ms: Number(stat.mtimeMs) };
  });
  const latestMs = Math.max(fresh?.ms ?? 0, current?.ms ?? 0, uidlist?.ms ?? 0);
  return {
    directories: `${fresh?.text} ${current?.text}`,
    uidlist: uidlist?.text ?? '-',
    isSettled: Date.now() - latestMs > GRAIN_MS,
  };
}

export function isSameLook(a: Look, b: Look): boolean {
  return a.directories === b.directories && a.uidlist === b.uidlist;
}

/** Dotfiles, and names that are no UTF-8, are not messages. */
export function* listMessageFiles(path: string): Steps<FolderListing> {
  const pace = new Pace();
  for (let attempt = 1; ; attempt++) {
    const before = lookAt(path).directories;
    const files = new Map<string, string>();
    for (const directory of ['new', 'cur']) {
      for (const file of namesIn(join(path, directory))) {
        if (isMessageName(file)) files.set(baseNameOf(file), `${directory}/${file}`);
        if (pace.isDue()) yield;
      }
    }
    const isComplete = lookAt(path).directories === before;
    if (isComplete || attempt === LISTING_ATTEMPTS) return { files, isComplete };
  }
}

/** Read as they are asked for. */
function* namesIn(directory: string): Generator<string> {
  using entries = opendirSync(directory, { bufferSize: STEP_ITEMS });
  for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) yield entry.name;
}

export function isEmptyDirectory(path: string): boolean {
  using entries = opendirSync(path);
  return entries.readSync() === null;
}

/** A folder is a mailbox when it has a cur/. */
export function isMailboxFolder(path: string): boolean {
  return statSync(`${path}/cur`, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** cur/ comes last and makes it a mailbox; whatever a crash left before it is completed the next time. */
export function makeMailboxFolder(path: string, isInbox: boolean): void {
  mkdirSync(join(path, 'new'), { recursive: true, mode: 0o700 });
  mkdirSync(join(path, 'tmp'), { recursive: true, mode: 0o700 });
  if (!isInbox) writeFileSync(join(path, MAILDIR_FOLDER), '', { mode: 0o600 });
  try {
    mkdirSync(join(path, 'cur'), { mode: 0o700 });
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause;
  }
  syncDirectoryNow(path);
  syncDirectoryNow(join(path, '..'));
}

function isMessageName(file: string): boolean {
  return !file.startsWith('.') && !file.includes('\ufffd') && !file.includes('\n');
}
