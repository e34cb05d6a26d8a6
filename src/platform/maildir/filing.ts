// Filing messages into one mailbox, in three steps.
//
//   1. Each message is written to the home's tmp/ and synced, many at once (`writeTemporary`).
//   2. Under `dovecot-uidlist.lock`: lines with UIDs are added to the uidlist, then the files are renamed into new/, or cur/
//      when they have flags. The rename is the commit point of a message: from here on every program sees it.
//   3. Uidlist and directories are synced. Only now does the sender hear of it.
//
// Killed before 2: leftovers in tmp/, removed after 36 hours. Killed within 2: a line without a file (its UID was never seen),
// or a file that stays though nobody was promised so. Power lost before the end of 3: a file without a line gets a UID at the
// next look; nobody saw the other one. All callers who wait for one mailbox share steps 2 and 3.

import { closeSync, fsync, futimesSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ok, type Result } from '#base/result.ts';
import { SYSTEM_FLAGS } from '#mail/mailboxes/flags.ts';
import type { AppendOutcome, AppendRequest, StoreRefusal } from '#mail/ports/mail-store.ts';
import { withDotlock } from '#platform/files/dotlock.ts';
import { syncPath } from '#platform/files/sync-path.ts';
import type { PreparedOctets, PrepareOctets } from '#platform/message-index/prepared-fetch.ts';
import { tooManyKeywords } from '#platform/message-index/refusals.ts';
import { UIDLIST } from './folder-files.ts';
import type { MailboxFolder, NewMessage } from './mailbox-folder.ts';
import { type BaseNames, withFlags } from './message-file-name.ts';

/** A message in tmp/, on stable storage. */
export interface TemporaryMessage {
  readonly path: string;
  readonly baseName: string;
  readonly sizeBytes: number;
  readonly request: AppendRequest;
  /** Of a small message; a large one is prepared when it is first asked for. */
  readonly prepared: PreparedOctets | undefined;
}

/** What one caller wants filed: all of it or nothing. */
export interface Filing {
  readonly messages: readonly TemporaryMessage[];
}

const IN_ONE_PIECE_BYTES = 128 * 1024;
const syncFile = promisify(fsync);

export interface TemporaryPlace {
  readonly folder: string;
  readonly names: BaseNames;
  readonly prepare: PrepareOctets;
}

export async function writeTemporary(
  place: TemporaryPlace,
  nowMs: number,
  request: AppendRequest,
): Promise<TemporaryMessage> {
  const sizeBytes = request.prefix.length + request.content.sizeBytes;
  const baseName = `${place.names.next(nowMs)},S=${sizeBytes},W=${sizeBytes}`;
  const path = join(place.folder, baseName);
  const file = openSync(path, 'wx', 0o600);
  try {
    const octets = await writeContent(file, request);
    futimesSync(file, new Date(request.internalDateMs), new Date(request.internalDateMs));
    const synced = syncFile(file);
    // The disk is busy meanwhile.
    const prepared = octets === undefined ? undefined : place.prepare(octets);
    await synced;
    return { path, baseName, sizeBytes, request, prepared };
  } catch (cause) {
    rmSync(path, { force: true });
    throw cause;
  } finally {
    closeSync(file);
  }
}

/** The whole message, when it is small. */
async function writeContent(file: number, { prefix, content }: AppendRequest): Promise<Buffer | undefined> {
  if (content.sizeBytes <= IN_ONE_PIECE_BYTES) {
    const octets = Buffer.concat([prefix, await content.read(0, content.sizeBytes)]);
    if (octets.length !== prefix.length + content.sizeBytes) throw new Error('the content ended early');
    writeFileSync(file, octets);
    return octets;
  }
  writeFileSync(file, prefix);
  let written = 0;
  for await (const piece of content.stream()) {
    writeFileSync(file, piece);
    written += piece.length;
  }
  if (written !== content.sizeBytes) throw new Error('the content ended early');
  return undefined;
}

/** Steps 2 and 3 for all who wait; one outcome each. Throws when nothing of it was done. */
export async function commitFilings(
  folder: MailboxFolder,
  filings: readonly Filing[],
): Promise<Result<AppendOutcome, StoreRefusal>[]> {
  const committed = await withDotlock(folder.lockPath, () => {
    if (folder.uidlist.hasChanged()) folder.reconcile();
    const placed = filings.map((filing) => placeFiling(folder, filing));
    const moves = placed.flatMap((each) => (each.ok ? each.value : []));
    folder.asOwnChange(() => moveIntoPlace(folder, moves));
    return placed;
  });
  const moves = committed.flatMap((each) => (each.ok ? each.value : []));
  try {
    await syncPlaces(folder, moves);
  } catch (cause) {
    folder.asOwnChange(() => takeBack(folder, moves));
    throw cause;
  }
  for (const { uid, temporary } of moves) {
    if (temporary.prepared !== undefined) folder.pending.keepPrepared(uid, temporary.prepared);
  }
  folder.addMessages(moves);
  return committed.map((each) => {
    return each.ok ? ok({ uidValidity: folder.uidValidity, uids: each.value.map(({ uid }) => uid) }) : each;
  });
}

interface Move extends NewMessage {
  readonly temporary: TemporaryMessage;
}

/** Gives names, flags and UIDs; none of the messages is there yet. */
function placeFiling(folder: MailboxFolder, filing: Filing): Result<Move[], StoreRefusal> {
  const { table } = folder;
  if (!folder.learnKeywords(filing.messages.flatMap(({ request }) => request.keywords))) return tooManyKeywords();
  return ok(
    filing.messages.map((temporary) => {
      const { request, baseName, sizeBytes } = temporary;
      const flags = ((request.systemFlags & SYSTEM_FLAGS) | (table.keywordBits(request.keywords) ?? 0)) >>> 0;
      const file = flags === 0 ? `new/${baseName}` : `cur/${withFlags(baseName, flags)}`;
      // A UID once thought of is never used for another message, whatever fails from here on.
      const uid = table.uidNext++;
      return { uid, file, flags, sizeBytes, internalDateMs: request.internalDateMs, temporary };
    }),
  );
}

function moveIntoPlace(folder: MailboxFolder, moves: readonly Move[]): void {
  folder.uidlist.add(moves.map(({ uid, temporary }) => ({ uid, extensions: '', baseName: temporary.baseName })));
  try {
    for (const { temporary, file } of moves) renameSync(temporary.path, join(folder.path, file));
  } catch (cause) {
    takeBack(folder, moves);
    throw cause;
  }
}

function takeBack(folder: MailboxFolder, moves: readonly Move[]): void {
  for (const { file } of moves) rmSync(join(folder.path, file), { force: true });
}

/** The uidlist and every directory that received a file. */
export async function syncPlaces(folder: MailboxFolder, messages: readonly NewMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const paths = new Set(messages.map(({ file }) => join(folder.path, dirname(file))));
  await Promise.all([...paths, join(folder.path, UIDLIST)].map(syncPath));
}
