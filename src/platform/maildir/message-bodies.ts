// The octets of a message on their way into the journal: small ones stand in the record, large ones in a file of their own
// beside the segments, which is synced before the record names it. One that goes to a single mailbox is written there as it
// will lie in the mailbox, so that filing gives it a second name.

import { closeSync, openSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { pathOf } from '#platform/files/file-content.ts';
import { copyPieces, sharedPiecesOf } from '#platform/files/shared-content.ts';
import { syncPath } from '#platform/files/sync-path.ts';
import { tryLink } from '#platform/files/try-link.ts';
import { writePastCache } from '#platform/files/write-past-cache.ts';
import { largeMessageName } from '#platform/journal/journal-folder.ts';
import type { RecordedBody } from '#platform/journal/journal-record.ts';
import type { PromisedBody } from './promised-mail.ts';

/** A body of this size or less stands in the record itself. */
const IN_RECORD_BYTES = 128 * 1024;

/** Where the octets go. */
export interface BodyUse {
  /** To mailboxes, and nowhere else. */
  readonly isFiledOnly: boolean;
  /** The mailbox, where there is but one. */
  readonly onlyPlace?: OnlyPlace | undefined;
}

export interface OnlyPlace {
  readonly prefix: Buffer;
  readonly internalDateMs: number;
}

/** `folder`: the journal's. */
export async function recordBody(
  folder: string,
  id: string,
  number: number,
  content: MessageContent,
  { isFiledOnly, onlyPlace }: BodyUse = { isFiledOnly: false },
): Promise<RecordedBody> {
  const { sizeBytes } = content;
  const pieces = sharedPiecesOf(content);
  if (sizeBytes <= IN_RECORD_BYTES) {
    const [whole, ...others] = pieces ?? [];
    if (isFiledOnly && whole !== undefined && others.length === 0)
      return { kind: 'octets', octets: whole, isLent: true };
    const octets = await content.read(0, sizeBytes);
    if (octets.length !== sizeBytes) throw new Error('the content ended early');
    return { kind: 'octets', octets };
  }
  const file = largeMessageName(id, number);
  const path = join(folder, file);
  try {
    if (pieces === undefined) await keepContent(content, path);
    else await keepPieces(pieces, path, onlyPlace);
    await syncPath(path);
    await syncPath(folder);
  } catch (cause) {
    // The next start would be the first to find it, and the disk may be full. One that was there is another message's.
    if (errnoOf(cause) !== 'EEXIST') await rm(path, { force: true });
    throw cause;
  }
  const prefixBytes = pieces === undefined ? undefined : onlyPlace?.prefix.length;
  return { kind: 'file', file, sizeBytes, ...(prefixBytes === undefined ? {} : { prefixBytes }) };
}

async function keepPieces(pieces: readonly Buffer[], path: string, place: OnlyPlace | undefined): Promise<void> {
  closeSync(openSync(path, 'wx', 0o600));
  const { prefix = Buffer.alloc(0), internalDateMs = Date.now() } = place ?? {};
  await writePastCache(
    { target: path, prefix, modifiedMs: internalDateMs },
    { fill: (piece, offset) => copyPieces(pieces, offset, piece) },
  );
}

/** A content that is a file already gets a second name; another one is copied. */
async function keepContent(content: MessageContent, path: string): Promise<void> {
  const source = pathOf(content);
  if (source !== undefined && (await tryLink(source, path))) return;
  await using file = await open(path, 'wx', 0o600);
  for await (const piece of content.stream()) await file.appendFile(piece);
}

/** Nobody was promised them. */
export async function removeBodies(folder: string, bodies: readonly RecordedBody[]): Promise<void> {
  for (const body of bodies) {
    if (body.kind === 'file') await rm(join(folder, body.file), { force: true });
  }
}

export function promisedBody(folder: string, body: RecordedBody | undefined): PromisedBody {
  if (body === undefined) throw new Error('a record names a body that it does not have');
  if (body.kind === 'octets') return body;
  const { file, sizeBytes, prefixBytes } = body;
  return { kind: 'file', path: join(folder, file), sizeBytes, prefixBytes };
}

export function sizeOfBody(body: RecordedBody | undefined): number {
  if (body === undefined) return 0;
  return body.kind === 'octets' ? body.octets.length : body.sizeBytes;
}
