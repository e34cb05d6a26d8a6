// The maildrop of an account that has proved who it is, held for one session until UPDATE or the session's end.
// RFC 1939 §4, §6.

import { SEEN } from '#mail/mailboxes/flags.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { FlagChange, MailStore } from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { Maildrop } from '#protocols/pop3/maildrop.ts';
import { error, type Pop3Reply } from '#protocols/pop3/reply.ts';
import type { MaildropLocks } from './maildrop-locks.ts';

const INBOX = 'INBOX';
const MARK_SEEN: FlagChange = { mode: 'add', systemFlags: SEEN, keywords: [], unchangedSinceModSeq: undefined };

export type MaildropOpening =
  | { readonly kind: 'opened'; readonly maildrop: Maildrop; readonly held: HeldMaildrop }
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
  const maildrop = new Maildrop({ uidValidity, ...columns });
  return { kind: 'opened', maildrop, held: new HeldMaildrop(account, store, { uidValidity, lock }) };
}

export class HeldMaildrop implements Disposable {
  readonly #account: AccountId;
  readonly #store: MailStore;
  readonly #uidValidity: number;
  readonly #lock: Disposable;

  constructor(
    account: AccountId,
    store: MailStore,
    { uidValidity, lock }: { readonly uidValidity: number; readonly lock: Disposable },
  ) {
    this.#account = account;
    this.#store = store;
    this.#uidValidity = uidValidity;
    this.#lock = lock;
  }

  /** `undefined` where another session removed it. */
  openMessage(uid: number): Promise<MessageContent | undefined> {
    return this.#store.openMessage(this.#account, INBOX, uid);
  }

  /** What was read is marked as seen, as Dovecot does; then what was marked goes, in one call. False: it stays. */
  async update(deletedUids: Uint32Array, seenUids: Uint32Array): Promise<boolean> {
    if (deletedUids.length + seenUids.length === 0) return true;
    if (!(await this.#isTheSame())) return deletedUids.length === 0;
    if (seenUids.length > 0) await this.#store.changeFlags(this.#account, INBOX, seenUids, MARK_SEEN);
    return deletedUids.length === 0 || (await this.#store.expunge(this.#account, INBOX, deletedUids)).ok;
  }

  /** Another program may have put another mailbox in its place, whose messages bear the same numbers. RFC 3501 §2.3.1.1. */
  async #isTheSame(): Promise<boolean> {
    await this.#store.refresh(this.#account, INBOX);
    const status = await this.#store.status(this.#account, INBOX);
    return status.ok && status.value.uidValidity === this.#uidValidity;
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }
}
