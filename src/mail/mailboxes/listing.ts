// What LIST shows: the mailboxes there are, the levels above them, and what is subscribed though it is gone.

import { parentNames } from '#mail/mailboxes/mailbox-name.ts';
import { assignSpecialUses } from '#mail/mailboxes/special-use.ts';
import type { MailboxListing, MailboxName, SpecialUse } from '#mail/ports/mail-store.ts';

export function listMailboxTree(
  existing: ReadonlySet<MailboxName>,
  subscribed: ReadonlySet<MailboxName>,
  marked: ReadonlyMap<MailboxName, SpecialUse>,
): MailboxListing[] {
  const uses = assignSpecialUses(existing, marked);
  const names = new Set([...existing, ...subscribed]);
  for (const name of existing) for (const parent of parentNames(name)) names.add(parent);
  return [...names].sort(inboxFirst).map((name) => ({
    name,
    exists: existing.has(name),
    subscribed: subscribed.has(name),
    specialUse: uses.get(name),
  }));
}

function inboxFirst(a: string, b: string): number {
  if (a === b) return 0;
  if (a === 'INBOX') return -1;
  if (b === 'INBOX') return 1;
  return a < b ? -1 : 1;
}
