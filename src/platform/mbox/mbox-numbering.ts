// Which UID each message of a scanned mbox has. What its book says holds where it rises and is below the mailbox's next UID;
// the first message of which that is not true (a new one; one that another program copied, number and all) and all behind it
// get new ones, for UIDs stand in the order of the file.

import type { IndexedMboxMessage } from './mbox-index.ts';
import type { ScannedMessage } from './mbox-scanner.ts';

export interface Numbering {
  readonly messages: readonly IndexedMboxMessage[];
  readonly uidNext: number;
  /** Index of the first message whose book must be written; `undefined`: none. */
  readonly unwrittenFrom: number | undefined;
}

export function numberMessages(scanned: readonly ScannedMessage[], lastUid: number): Numbering {
  const messages: IndexedMboxMessage[] = [];
  let last = 0;
  let uidNext = lastUid + 1;
  let unwrittenFrom: number | undefined;
  for (const [index, message] of scanned.entries()) {
    const { uid } = message.book;
    const isKnown = unwrittenFrom === undefined && uid !== undefined && uid > last && uid <= lastUid;
    if (!isKnown) unwrittenFrom ??= index;
    last = isKnown ? uid : uidNext++;
    messages.push({ ...message, uid: last });
  }
  return { messages, uidNext, unwrittenFrom };
}
