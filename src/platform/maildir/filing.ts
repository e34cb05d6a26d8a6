// Filing what the journal has promised into its mailboxes, in three steps.
//
//   1. Each message is written to the home's tmp/; a large one by others, while this thread goes on.
//   2. Under `dovecot-uidlist.lock`: the files are renamed into new/, or cur/ when they have flags; then lines with their
//      UIDs are added to the uidlist. From here on every program sees them.
//   3. Index and watchers are told.
//
// Nothing is synced here, and nothing needs to be: the commit point was the journal's sync (`docs/journal.md`), and its
// segment is kept until a checkpoint has made the files durable. Killed anywhere, recovery does what is missing, by base name.

import { closeSync, futimesSync, openSync, renameSync, rmSync, writeSync, writevSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { SYSTEM_FLAGS } from '#mail/mailboxes/flags.ts';
import { DotlockTaken, withDotlock } from '#platform/files/dotlock.ts';
import { tryLink } from '#platform/files/try-link.ts';
import { copyPastCache } from '#platform/files/write-past-cache.ts';
import type { Place, RecordedFiling } from '#platform/journal/journal-record.ts';
import type { PreparedOctets, PrepareOctets } from '#platform/message-index/prepared-fetch.ts';
import type { AccountMail } from './account-mail.ts';
import type { MailboxFolder, NewMessage } from './mailbox-folder.ts';
import { withFlags } from './message-file-name.ts';
import { type FileBody, type OctetsBody, type PromisedMessage, sizeOfPromised } from './promised-mail.ts';

interface Filing extends NewMessage {
  readonly message: PromisedMessage;
}

type Written = Pick<RecordedFiling, 'prefix' | 'internalDateMs'>;

/** For another program's lock. */
type Patience = 'wait' | 'try';

/** Written, and not filed for another program's lock: they are not written again. */
const inTemporary = new WeakSet<PromisedMessage>();

/** All of the messages, or none of those for the mailbox that failed. */
export async function filePromised(
  mail: AccountMail,
  messages: readonly PromisedMessage[],
  prepare: PrepareOctets,
  patience: Patience = 'wait',
): Promise<void> {
  const byMailbox = Map.groupBy(messages, ({ filing }) => filing.mailbox);
  for (const [name, group] of byMailbox) {
    const folder = (await mail.find(name)) ?? (await mail.create(name));
    const filings = await fileInto(folder, mail.temporaryFolder, group, prepare, patience);
    mail.promised.remove(new Set(group));
    for (const { message, uid } of filings) message.filed(uid, folder.uidValidity);
  }
}

async function fileInto(
  folder: MailboxFolder,
  temporaryFolder: string,
  messages: readonly PromisedMessage[],
  prepare: PrepareOctets,
  patience: Patience,
): Promise<Filing[]> {
  const prepared = new Map<PromisedMessage, PreparedOctets>();
  const temporary = (message: PromisedMessage): string => `${temporaryFolder}/${message.filing.baseName}`;
  for (const message of messages) {
    if (inTemporary.delete(message)) continue;
    const { filing, body } = message;
    if (body.kind === 'file') await copyMessage(temporary(message), filing, body);
    else {
      const there = body.kind === 'octets' ? body : ({ kind: 'octets', octets: body.read() } as const);
      const octets = writeMessage(temporary(message), filing, there);
      if (folder.isVisited) prepared.set(message, prepare(Buffer.concat(octets)));
    }
  }
  const place = async (): Promise<Filing[]> => {
    if (folder.uidlist.hasChanged()) await folder.reconcile();
    const placed = messages.map((message) => placeMessage(folder, message));
    folder.asOwnChange(() => moveIntoPlace(folder, placed, temporary));
    return placed;
  };
  const filings = await withDotlock(folder.lockPath, place, patience === 'try' ? { waitMs: 0 } : {}).catch((cause) => {
    if (cause instanceof DotlockTaken) for (const message of messages) inTemporary.add(message);
    throw cause;
  });
  for (const { uid, message } of filings) {
    const octets = prepared.get(message);
    if (octets !== undefined) folder.pending.keepPrepared(uid, octets);
  }
  folder.addMessages(filings);
  return filings;
}

function placeMessage(folder: MailboxFolder, message: PromisedMessage): Filing {
  const { filing } = message;
  // Another program took the number while the message waited: nobody but us has seen it with this message.
  const uid = filing.uid < folder.table.uidNext ? folder.reserveUid() : filing.uid;
  const flags = flagsOfPlace(folder, filing);
  const { internalDateMs } = filing;
  return { message, uid, flags, file: fileOfPlace(filing, flags), sizeBytes: sizeOfPromised(message), internalDateMs };
}

/** Under the lock. More keywords than a mailbox holds were refused before; should others have used them up, they are left out. */
function flagsOfPlace(folder: MailboxFolder, { systemFlags, keywords }: Place): number {
  const bits = folder.learnKeywords(keywords) ? (folder.table.keywordBits(keywords) ?? 0) : 0;
  return ((systemFlags & SYSTEM_FLAGS) | bits) >>> 0;
}

export function fileOfPlace({ baseName }: Place, flags: number): string {
  return flags === 0 ? `new/${baseName}` : `cur/${withFlags(baseName, flags)}`;
}

function moveIntoPlace(
  folder: MailboxFolder,
  filings: readonly Filing[],
  temporary: (message: PromisedMessage) => string,
): void {
  try {
    for (const { message, file } of filings) renameSync(temporary(message), `${folder.path}/${file}`);
    folder.uidlist.add(filings.map(({ uid, message }) => ({ uid, extensions: '', baseName: message.filing.baseName })));
  } catch (cause) {
    for (const { file } of filings) rmSync(`${folder.path}/${file}`, { force: true });
    throw cause;
  }
}

/** A large one: while it is written, others are promised and filed. Where it lies as it will be, it gets a second name. */
export async function copyMessage(path: string, { prefix, internalDateMs }: Written, body: FileBody): Promise<void> {
  const isReady = body.prefixBytes !== undefined;
  // A former attempt's may be the source itself, which must not be written over.
  if (isReady) await rm(path, { force: true });
  if (isReady && (await tryLink(body.path, path))) return;
  const before = isReady ? Buffer.alloc(0) : prefix;
  await copyPastCache({ source: body.path, target: path, prefix: before, modifiedMs: internalDateMs });
}

/** Returns the octets, in pieces. */
export function writeMessage(path: string, { prefix, internalDateMs }: Written, body: OctetsBody): readonly Buffer[] {
  if (isGone(body.octets)) throw new Error(`the octets for ${path} are gone`);
  const date = new Date(internalDateMs);
  const octets = [prefix, body.octets];
  const file = openSync(path, 'w', 0o600);
  try {
    writePieces(file, octets);
    futimesSync(file, date, date);
    return octets;
  } catch (cause) {
    rmSync(path, { force: true });
    throw cause;
  } finally {
    closeSync(file);
  }
}

/** Its memory was given back (`commit-memory.ts`): it looks empty, and is not. */
function isGone({ buffer }: Buffer): boolean {
  return buffer instanceof ArrayBuffer && buffer.detached;
}

function writePieces(file: number, pieces: readonly Buffer[]): void {
  const written = writevSync(file, pieces);
  if (written < pieces.reduce((sum, { length }) => sum + length, 0)) {
    writeAll(file, Buffer.concat(pieces).subarray(written));
  }
}

/** A short write is followed by one that says why. */
function writeAll(file: number, octets: Buffer): void {
  let written = 0;
  while (written < octets.length) written += writeSync(file, octets, written);
}
