// Mail that was taken for junk, and where a user of the machine wants it: in the folder Junk, where there is one. The mark
// is believed where it stands above all `Received` lines: only we have written there.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isJunkMark } from '#mail/acceptance/authentication-trace.ts';
import { readHeader } from '#mail/mailboxes/message-header.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';

/** As Dovecot and we name it, in a Maildir and among mboxes. */
const MAILDIR_FOLDER = '.Junk';
const MBOX_FILE = 'mail/Junk';

export async function isMarkedJunk(message: MessageContent): Promise<boolean> {
  const { block } = await readHeader(message);
  const receivedAt = block.fields.findIndex(({ name }) => name.toLowerCase() === 'received');
  return block.fields.slice(0, Math.max(0, receivedAt)).some(({ range }) => {
    return isJunkMark(block.octets.toString('latin1', range.start, range.end));
  });
}

/** A path as `home_mailbox` would name it; `undefined` where the user has no such folder. */
export async function findJunkFolder(home: string, homeMailbox: string): Promise<string | undefined> {
  if (homeMailbox.endsWith('/')) {
    const folder = join(home, homeMailbox, MAILDIR_FOLDER);
    return (await stat(folder).catch(() => undefined))?.isDirectory() ? `${folder}/` : undefined;
  }
  const file = join(home, MBOX_FILE);
  return (await stat(file).catch(() => undefined))?.isFile() ? file : undefined;
}
