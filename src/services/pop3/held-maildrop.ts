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
  const numbers = stack.use(new WatchedNumbers(account, store));
  await store.refresh(account, INBOX);
  // Read-only: \Recent is left to the IMAP session that comes next.
  const opened = await store.openMailbox(account, INBOX, 'read-only');
  if (!opened.ok) return { kind: 'failed', reply: error(opened.error.message, 'SYS/TEMP') };
  const { uidValidity, columns } = opened.value;
  const maildrop = new Maildrop({ uidValidity, ...columns });
  return { kind: 'opened', maildrop, held: new HeldMaildrop(account, store, { numbers, hold: stack.move() }) };
}

/** Whether UIDs still name the messages that they named. RFC 3501 §2.3.1.1: with another UIDVALIDITY they do not. */
class WatchedNumbers implements Disposable {
  readonly #watch: Disposable;
  areGood = true;

  constructor(account: AccountId, store: MailStore) {
    this.#watch = store.watch(account, INBOX, ({ kind }) => {
      if (kind === 'reset' || kind === 'deleted') this.areGood = false;
    });
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }
}

export class HeldMaildrop implements Disposable {
  readonly #account: AccountId;
  readonly #store: MailStore;
  readonly #numbers: WatchedNumbers;
  readonly #hold: Disposable;

  constructor(
    account: AccountId,
    store: MailStore,
    { numbers, hold }: { readonly numbers: WatchedNumbers; readonly hold: Disposable },
  ) {
    this.#account = account;
    this.#store = store;
    this.#numbers = numbers;
    this.#hold = hold;
  }

  /** `undefined` where another session removed it. */
  async openMessage(uid: number): Promise<MessageContent | undefined> {
    return this.#numbers.areGood ? await this.#store.openMessage(this.#account, INBOX, uid) : undefined;
  }

  /** What was read is marked as seen, as Dovecot does; then what was marked goes, in one call. False: it stays. */
  async update(deletedUids: Uint32Array, seenUids: Uint32Array): Promise<boolean> {
    if (deletedUids.length + seenUids.length === 0) return true;
    // Another program may have put another mailbox in its place: its messages bear the same numbers.
    await this.#store.refresh(this.#account, INBOX);
    if (!this.#numbers.areGood) return deletedUids.length === 0;
    if (seenUids.length > 0) await this.#store.changeFlags(this.#account, INBOX, seenUids, MARK_SEEN);
    return deletedUids.length === 0 || (await this.#store.expunge(this.#account, INBOX, deletedUids)).ok;
  }

  [Symbol.dispose](): void {
    this.#hold[Symbol.dispose]();
  }
}
