// Which mailboxes a RENAME moves, and where to. RFC 3501 §6.3.5: what lies below goes along; INBOX only gives its
// messages away.

import { ok, type Result } from '#base/result.ts';
import { checkMailboxName, INBOX, isBelow, normalizeMailboxName, refuseName } from '#mail/mailboxes/mailbox-name.ts';
import type { MailboxName, StoreRefusal } from '#mail/ports/mail-store.ts';

export type RenamePlan =
  | { readonly kind: 'empty-inbox'; readonly target: MailboxName }
  | { readonly kind: 'move'; readonly moves: readonly (readonly [from: MailboxName, to: MailboxName])[] };

export function planRename(
  existing: ReadonlySet<MailboxName>,
  from: MailboxName,
  to: MailboxName,
): Result<RenamePlan, StoreRefusal> {
  const source = normalizeMailboxName(from);
  const checked = checkMailboxName(to);
  if (!checked.ok) return checked;
  const target = checked.value;
  const moving = [...existing].filter((name) => name === source || isBelow(name, source));
  if (moving.length === 0) return refuseName('nonexistent', 'There is no such mailbox');
  if (source === target || existing.has(target)) return refuseName('already-exists', 'The new name is taken');
  if (source === INBOX) return ok({ kind: 'empty-inbox', target });
  if (isBelow(target, source)) return refuseName('cannot', 'A mailbox cannot be moved below itself');
  const moves: (readonly [MailboxName, MailboxName])[] = [];
  for (const name of moving) {
    const fits = checkMailboxName(target + name.slice(source.length));
    if (!fits.ok) return fits;
    if (existing.has(fits.value)) return refuseName('already-exists', `There is a mailbox ${fits.value} already`);
    moves.push([name, fits.value]);
  }
  return ok({ kind: 'move', moves });
}
