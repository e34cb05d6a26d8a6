// The names of mailboxes: UTF-8, levels separated by `/`, `INBOX` in any case is the inbox (RFC 3501 §5.1). A dot
// parts the levels on disk (Maildir++), so that no level may hold one, in whichever store it lies.

import { err, ok, type Result } from '#base/result.ts';
import type { MailboxName, StoreRefusal } from '#mail/ports/mail-store.ts';

export const INBOX = 'INBOX';
const HIERARCHY_SEPARATOR = '/';

export const MAILBOX_NAME_LIMITS = {
  /** In UTF-8. On disk a name becomes one file name of at most 255 octets; the store refuses what does not fit. */
  nameBytes: 240,
  levels: 16,
  /** Existing mailboxes of one account. */
  mailboxesPerAccount: 10_000,
} as const;

const FORBIDDEN_IN_LEVEL = /[\x00-\x1f\x7f.\u2028\u2029\ufffd]/;

/** `inbox` and `Inbox/Lists` become `INBOX` and `INBOX/Lists`; every other name stays as it is. */
export function normalizeMailboxName(name: string): MailboxName {
  const end = name.indexOf(HIERARCHY_SEPARATOR);
  const first = end < 0 ? name : name.slice(0, end);
  return first.toUpperCase() === INBOX ? INBOX + name.slice(first.length) : name;
}

/** May a mailbox bear this name? The name comes back normalised. */
export function checkMailboxName(name: string): Result<MailboxName, StoreRefusal> {
  const normalized = normalizeMailboxName(name);
  const levels = normalized.split(HIERARCHY_SEPARATOR);
  if (levels.some((level) => level === '')) return refuseName('cannot', 'A level of the mailbox name is empty');
  if (!normalized.isWellFormed() || levels.some((level) => FORBIDDEN_IN_LEVEL.test(level))) {
    return refuseName('cannot', 'Mailbox names may not hold dots or control characters');
  }
  if (levels.length > MAILBOX_NAME_LIMITS.levels) {
    return refuseName('limit', `Mailbox names have at most ${MAILBOX_NAME_LIMITS.levels} levels`);
  }
  if (Buffer.byteLength(normalized) > MAILBOX_NAME_LIMITS.nameBytes) {
    return refuseName('limit', `Mailbox names have at most ${MAILBOX_NAME_LIMITS.nameBytes} octets`);
  }
  return ok(normalized);
}

/** `A/B/C` → `A`, `A/B`. */
export function parentNames(name: MailboxName): MailboxName[] {
  const parents: MailboxName[] = [];
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) parents.push(name.slice(0, at));
  return parents;
}

export function isBelow(name: MailboxName, parent: MailboxName): boolean {
  return name.startsWith(parent + HIERARCHY_SEPARATOR);
}

export function refuseName(
  code: StoreRefusal['code'],
  message: string,
): { readonly ok: false; readonly error: StoreRefusal } {
  return err({ code, message });
}
