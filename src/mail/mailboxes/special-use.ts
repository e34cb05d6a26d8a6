// Which mailbox serves which purpose. RFC 6154. A mark that was set by CREATE-SPECIAL-USE wins; where none was set for
// a purpose, the usual names stand for it, as in Dovecot's default configuration.

import type { MailboxName, SpecialUse } from '#mail/ports/mail-store.ts';

const USUAL_NAMES: readonly (readonly [name: string, use: SpecialUse])[] = [
  ['Drafts', '\\Drafts'],
  ['Junk', '\\Junk'],
  ['Trash', '\\Trash'],
  ['Sent', '\\Sent'],
  ['Sent Messages', '\\Sent'],
  ['Archive', '\\Archive'],
];

/** The purpose of each mailbox that has one. `marked`: what was set by hand. */
export function assignSpecialUses(
  existing: ReadonlySet<MailboxName>,
  marked: ReadonlyMap<MailboxName, SpecialUse>,
): Map<MailboxName, SpecialUse> {
  const uses = new Map<MailboxName, SpecialUse>();
  for (const [name, use] of marked) if (existing.has(name)) uses.set(name, use);
  const taken = new Set(uses.values());
  for (const [name, use] of USUAL_NAMES) {
    if (!existing.has(name) || uses.has(name) || taken.has(use)) continue;
    uses.set(name, use);
    taken.add(use);
  }
  return uses;
}
