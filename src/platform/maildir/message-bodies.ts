// The octets of a message on their way into the journal: small ones stand in the record, large ones in a file of their own
// beside the segments, which is synced before the record names it.

import { type FileHandle, link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { pathOf } from '#platform/files/file-content.ts';
import { syncPath } from '#platform/files/sync-path.ts';
import { largeMessageName } from '#platform/journal/journal-folder.ts';
import type { RecordedBody } from '#platform/journal/journal-record.ts';
import type { PromisedBody } from './promised-mail.ts';

/** A body of this size or less stands in the record itself. */
const IN_RECORD_BYTES = 128 * 1024;

/** `folder`: the journal's. */
export async function recordBody(
  folder: string,
  id: string,
  number: number,
  content: MessageContent,
): Promise<RecordedBody> {
  if (content.sizeBytes <= IN_RECORD_BYTES) {
    const octets = await content.read(0, content.sizeBytes);
    if (octets.length !== content.sizeBytes) throw new Error('the content ended early');
    return { kind: 'octets', octets };
  }
  const name = largeMessageName(id, number);
  try {
    await using file = await keepContent(content, join(folder, name));
    await file.datasync();
    await syncPath(folder);
  } catch (cause) {
    // The next start would be the first to find it, and the disk may be full. One that was there is another message's.
    if (errnoOf(cause) !== 'EEXIST') await rm(join(folder, name), { force: true });
    throw cause;
  }
  return { kind: 'file', file: name, sizeBytes: content.sizeBytes };
}

/** A content that is a file already gets a second name; another one is copied. */
async function keepContent(content: MessageContent, path: string): Promise<FileHandle> {
  const source = pathOf(content);
  if (source !== undefined && (await tryLink(source, path))) return open(path, 'r+');
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of content.stream()) await file.appendFile(piece);
    return file;
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

/** False where the two are on different file systems. */
async function tryLink(source: string, path: string): Promise<boolean> {
  try {
    await link(source, path);
    return true;
  } catch (cause) {
    if (errnoOf(cause) === 'EXDEV') return false;
    throw cause;
  }
}

/** Nobody was promised them. */
export async function removeBodies(folder: string, bodies: readonly RecordedBody[]): Promise<void> {
  for (const body of bodies) {
    if (body.kind === 'file') await rm(join(folder, body.file), { force: true });
  }
}

export function promisedBody(folder: string, body: RecordedBody | undefined): PromisedBody {
  if (body === undefined) throw new Error('a record names a body that it does not have');
  return body.kind === 'octets' ? body : { kind: 'file', path: join(folder, body.file), sizeBytes: body.sizeBytes };
}

export function sizeOfBody(body: RecordedBody | undefined): number {
  if (body === undefined) return 0;
  return body.kind === 'octets' ? body.octets.length : body.sizeBytes;
}
