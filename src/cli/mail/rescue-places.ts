// Where a rewrite of an mbox is made safe against a crash. The server keeps such files of a user's mailboxes below `~/mail`, under
// the number it gave the mailbox; where it knows this one, ours has the same name, so that either finishes what the other began.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { INBOX } from '#mail/mailboxes/mailbox-name.ts';
import { MboxRecords } from '#platform/mbox/mbox-records.ts';

export function rescuePathsOf(path: string, isInbox: boolean, home: string): readonly string[] {
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 16);
  const own = join(home, `.mail-rescue-${digest}`);
  const folder = join(home, 'mail');
  const numbers = isInbox ? findRecords(folder)?.numbers.get(INBOX) : undefined;
  return numbers === undefined ? [own] : [join(folder, `.valija-rescue-${numbers.mailboxId}`), own];
}

function findRecords(folder: string): MboxRecords | undefined {
  try {
    return new MboxRecords(folder);
  } catch {
    // Not this user's to read: then the server cannot have begun anything there that we could finish.
    return undefined;
  }
}
