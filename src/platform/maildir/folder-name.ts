// Maildir++: the home is the INBOX, `A/B` is the folder `.A.B` in it, levels in modified UTF-7. A folder that was made
// with a name we cannot write ourselves is left alone and not listed.

import { checkMailboxName, INBOX } from '#mail/mailboxes/mailbox-name.ts';
import type { MailboxName } from '#mail/ports/mail-store.ts';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.ts';

/** What file systems take as one name. */
export const FILE_NAME_BYTES = 255;

/** The folder's name within the home; empty for INBOX. */
export function folderNameOf(name: MailboxName): string {
  if (name === INBOX) return '';
  return name
    .split('/')
    .map((level) => `.${encodeModifiedUtf7(level)}`)
    .join('');
}

export function mailboxNameOf(folderName: string): MailboxName | undefined {
  if (!folderName.startsWith('.')) return undefined;
  const name = decodeModifiedUtf7(folderName.slice(1))?.replaceAll('/', '\0').replaceAll('.', '/');
  if (name === undefined) return undefined;
  const checked = checkMailboxName(name);
  return checked.ok && folderNameOf(checked.value) === folderName ? checked.value : undefined;
}
