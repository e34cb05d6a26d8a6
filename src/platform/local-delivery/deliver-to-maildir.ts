// Delivers one message into a Maildir of the user's own, made where it is missing (0700): written to tmp/, synced, renamed
// into new/, and on stable storage before it says so. Whoever reads the Maildir finds it at the next look.

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { makeFolder } from '#platform/files/make-folder.ts';
import { syncPath } from '#platform/files/sync-path.ts';
import { failed, faultOf } from '#platform/mbox/mailbox-fault.ts';
import { type DeliveryAnswer, delivered } from './delivery-answer.ts';
import { LineFeeds } from './line-feeds.ts';

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export async function deliverToMaildir(
  path: string,
  message: MessageContent,
  sizeLimit: number,
): Promise<DeliveryAnswer> {
  if (sizeLimit > 0 && message.sizeBytes > sizeLimit) {
    return failed('5.2.2', `cannot update maildir ${path}: message is larger than mailbox_size_limit (${sizeLimit})`);
  }
  const name = uniqueName();
  const temporary = join(path, 'tmp', name);
  try {
    for (const folder of ['tmp', 'new', 'cur']) await makeFolder(join(path, folder));
    await writeFile(temporary, message);
    await rename(temporary, join(path, 'new', name));
    await syncPath(join(path, 'new'));
    return delivered('delivered to maildir');
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    return faultOf(`cannot update maildir ${path}`, cause);
  }
}

/** Seconds, what is unique within them, host; `/` and `:` have a meaning in Maildir names. */
function uniqueName(): string {
  const host = hostname().replaceAll('/', '\\057').replaceAll(':', '\\072');
  return `${Math.floor(Date.now() / 1000)}.R${randomBytes(8).toString('hex')}P${process.pid}.${host}`;
}

async function writeFile(path: string, message: MessageContent): Promise<void> {
  const file: FileHandle = await open(path, FLAGS, 0o600);
  try {
    const lines = new LineFeeds();
    for await (const piece of message.stream()) await file.appendFile(lines.convert(piece));
    await file.appendFile(lines.end());
    await file.sync();
  } finally {
    await file.close();
  }
}
