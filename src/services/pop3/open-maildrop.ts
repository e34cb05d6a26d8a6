// From an account that has proved who it is to a maildrop of its own: the lock, then a look at INBOX.

import type { AccountId } from '#mail/ports/account.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import { Maildrop } from '#protocols/pop3/maildrop.ts';
import { error, type Pop3Reply } from '#protocols/pop3/reply.ts';
import type { MaildropLocks } from './maildrop-locks.ts';

export const INBOX = 'INBOX';

export type MaildropOpening =
  | { readonly kind: 'opened'; readonly maildrop: Maildrop; readonly lock: Disposable }
  | { readonly kind: 'in-use' }
  | { readonly kind: 'failed'; readonly reply: Pop3Reply };

export async function openMaildrop(
  account: AccountId,
  store: MailStore,
  locks: MaildropLocks,
): Promise<MaildropOpening> {
  const lock = locks.acquire(account);
  if (lock === undefined) return { kind: 'in-use' };
  // Whatever goes wrong until the maildrop is handed over, the lock is free again.
  using stack = new DisposableStack();
  stack.use(lock);
  await store.refresh(account, INBOX);
  // Read-only: \Recent is left to the IMAP session that comes next.
  const opened = await store.openMailbox(account, INBOX, 'read-only');
  if (!opened.ok) return { kind: 'failed', reply: error(opened.error.message, 'SYS/TEMP') };
  const { uidValidity, columns } = opened.value;
  stack.move();
  return { kind: 'opened', maildrop: new Maildrop({ uidValidity, ...columns }), lock };
}
