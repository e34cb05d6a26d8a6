// Where the mailboxes of a user lie: INBOX in a file of its own, the others below a folder, in Dovecot's way. `Lists/2026` is the
// file `Lists/2026`, its name in modified UTF-7. A mailbox with others below it is a folder, and its own messages are in the file
// `mBoX-MeSsAgEs` within (Dovecot's `DIRNAME`); it becomes one when the first is made below it. Synchronous: one user's few files.

import {
  closeSync,
  type Dirent,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Result } from '#base/result.ts';
import { checkMailboxName, INBOX, MAILBOX_NAME_LIMITS, parentNames, refuseName } from '#mail/mailboxes/mailbox-name.ts';
import type { MailboxName, StoreRefusal } from '#mail/ports/mail-store.ts';
import { syncDirectoryNow } from '#platform/files/atomic-write.ts';
import { errnoOf, isMissing } from '#platform/files/errno.ts';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from '#platform/maildir/modified-utf7.ts';

export interface MboxPlaces {
  /** `/var/mail/usuario1`, or where `home_mailbox` says. */
  readonly inbox: string;
  /** `~/mail`: made when it is needed. */
  readonly folder: string;
}

const OWN_MESSAGES = 'mBoX-MeSsAgEs';
/** Behind the name of a mailbox that is about to become a folder. No mailbox is called so, for none has a dot. */
const MOVING = '.moving';
/** What file systems take as one name; beside a mailbox may lie `X.moving`, or its lock. */
const LONGEST_FILE_NAME_BYTES = 255 - MOVING.length;

/** May a mailbox here bear this name? The name comes back normalised. */
export function checkMboxName(name: string): Result<MailboxName, StoreRefusal> {
  const checked = checkMailboxName(name);
  if (!checked.ok) return checked;
  const files = checked.value.split('/').map(encodeModifiedUtf7);
  if (files.includes(OWN_MESSAGES)) return refuseName('cannot', `No mailbox can be called ${OWN_MESSAGES}`);
  const isTooLong = files.some((file) => Buffer.byteLength(file) > LONGEST_FILE_NAME_BYTES);
  return isTooLong ? refuseName('limit', 'A level of the mailbox name is too long') : checked;
}

export function mailboxPath({ inbox, folder }: MboxPlaces, name: MailboxName): string {
  if (name === INBOX) return inbox;
  const path = join(folder, ...name.split('/').map(encodeModifiedUtf7));
  return isFolder(path) ? join(path, OWN_MESSAGES) : path;
}

/** Files whose names are no mailboxes' (with a dot, not in modified UTF-7) are passed over. */
export function listMailboxFiles({ folder }: MboxPlaces): Set<MailboxName> {
  const names = new Set<MailboxName>([INBOX]);
  const visit = (path: string, above: string, depth: number): void => {
    for (const entry of entriesOf(path)) {
      if (names.size >= MAILBOX_NAME_LIMITS.mailboxesPerAccount) return;
      const isOwn = entry.name === OWN_MESSAGES && above !== '';
      const name = isOwn ? above : nameOf(above, entry.name);
      if (name === undefined) continue;
      if (entry.isDirectory() && depth < MAILBOX_NAME_LIMITS.levels) visit(join(path, entry.name), name, depth + 1);
      else if (entry.isFile() && name !== INBOX) names.add(name);
    }
  };
  visit(folder, '', 1);
  return names;
}

export function createMailboxFile(places: MboxPlaces, name: MailboxName): void {
  makeRoomFor(places, name);
  const path = mailboxPath(places, name);
  closeSync(openSync(path, 'wx', 0o600));
  syncDirectoryNow(dirname(path));
}

export function deleteMailboxFile(places: MboxPlaces, name: MailboxName): void {
  const path = mailboxPath(places, name);
  unlinkSync(path);
  syncDirectoryNow(dirname(path));
  removeEmptyFolders(places, path);
}

/** One mailbox; those below it stay. */
export function renameMailboxFile(places: MboxPlaces, from: MailboxName, to: MailboxName): void {
  makeRoomFor(places, to);
  const [source, target] = [mailboxPath(places, from), mailboxPath(places, to)];
  renameSync(source, target);
  syncDirectoryNow(dirname(target));
  if (dirname(source) !== dirname(target)) syncDirectoryNow(dirname(source));
  removeEmptyFolders(places, source);
}

/** The folders above; a mailbox among them becomes a folder with its messages within. */
function makeRoomFor({ folder }: MboxPlaces, name: MailboxName): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const parent of parentNames(name)) {
    const path = join(folder, ...parent.split('/').map(encodeModifiedUtf7));
    if (isFolder(path)) continue;
    const aside = path + MOVING;
    // What `finishMoves` left there is somebody's mail.
    if (isThere(aside)) throw Object.assign(new Error(`${aside} is in the way`), { code: 'EEXIST' });
    const wasMailbox = renameIfThere(path, aside);
    mkdirSync(path, { mode: 0o700 });
    if (wasMailbox) renameSync(aside, join(path, OWN_MESSAGES));
    syncDirectoryNow(path);
    syncDirectoryNow(dirname(path));
  }
}

/** Mailboxes that were becoming folders when we were killed: their messages come to where they are found again. */
export function finishMoves({ folder }: Pick<MboxPlaces, 'folder'>, depth = 1): void {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < MAILBOX_NAME_LIMITS.levels) finishMoves({ folder: path }, depth + 1);
    if (!entry.isFile() || !entry.name.endsWith(MOVING)) continue;
    const mailbox = path.slice(0, -MOVING.length);
    const place = isFolder(mailbox) ? join(mailbox, OWN_MESSAGES) : mailbox;
    if (isThere(place)) continue;
    renameSync(path, place);
    syncDirectoryNow(dirname(place));
    syncDirectoryNow(folder);
  }
}

function renameIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}

function removeEmptyFolders({ folder }: MboxPlaces, path: string): void {
  for (let above = dirname(path); above.startsWith(`${folder}/`); above = dirname(above)) {
    try {
      rmdirSync(above);
    } catch (cause) {
      if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EACCES'].includes(errnoOf(cause) ?? '')) return;
      throw cause;
    }
  }
}

function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    if (isMissing(cause) || errnoOf(cause) === 'ENOTDIR' || errnoOf(cause) === 'EACCES') return [];
    throw cause;
  }
}

function nameOf(above: string, file: string): MailboxName | undefined {
  const level = file.includes('.') || file.includes('\ufffd') ? undefined : decodeModifiedUtf7(file);
  if (level === undefined) return undefined;
  const checked = checkMboxName(above === '' ? level : `${above}/${level}`);
  return checked.ok ? checked.value : undefined;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
