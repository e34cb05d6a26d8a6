// The accounts that are open: made when first asked for, closed when too many are.

import type { AccountId } from '#mail/ports/account.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailboxChange, MailboxName } from '#mail/ports/mail-store.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import { AccountIndex } from '#platform/message-index/account-index.ts';
import { AccountMail, type AccountSurroundings } from './account-mail.ts';

export interface OpenAccountsOptions {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  /** An absolute path; INBOX lies directly in it. */
  accountHome(account: AccountId): string;
  /** Of a home that is made now; without it, it is its owner's alone. */
  readonly homeMode?: number;
  /** The path of the account's index. */
  accountIndex(account: AccountId): string;
  publish(account: AccountId, name: MailboxName, change: MailboxChange): void;
}

const OWNERS_ALONE = 0o700;

/** What is open at once; beyond it, accounts are closed and opened again from their index. About 200 octets a message. */
const MEMORY_LIMITS = { accounts: 500, messages: 2_000_000 } as const;

export class OpenAccounts {
  readonly #options: OpenAccountsOptions;
  readonly #around: Pick<AccountSurroundings, 'settle' | 'onHome'>;
  readonly #accounts = new Map<AccountId, AccountMail>();

  constructor(options: OpenAccountsOptions, around: Pick<AccountSurroundings, 'settle' | 'onHome'>) {
    this.#options = options;
    this.#around = around;
  }

  of(account: AccountId): AccountMail {
    const known = this.#accounts.get(account);
    const mail = known ?? this.#open(account);
    // Last used, last in the order.
    this.#accounts.delete(account);
    this.#accounts.set(account, mail);
    if (known === undefined) this.#makeRoom();
    return mail;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#accounts.values()].map((mail) => mail.run(() => mail.close())));
    this.#accounts.clear();
  }

  #open(account: AccountId): AccountMail {
    const { log, clock, randomness, publish, accountHome, accountIndex, homeMode = OWNERS_ALONE } = this.#options;
    return new AccountMail({
      log,
      home: accountHome(account),
      homeMode,
      index: new AccountIndex(accountIndex(account), log),
      nowMs: () => clock.nowMs(),
      newMailboxId: () => randomness.bytes(16).toString('hex'),
      publish: (name, change) => publish(account, name, change),
      ...this.#around,
    });
  }

  /** Closes those that were not used for longest, never one with work to do. */
  #makeRoom(): void {
    let messages = 0;
    for (const mail of this.#accounts.values()) messages += mail.messagesInMemory;
    for (const [account, mail] of [...this.#accounts].slice(0, -1)) {
      if (this.#accounts.size <= MEMORY_LIMITS.accounts && messages <= MEMORY_LIMITS.messages) return;
      if (!mail.isIdle) continue;
      messages -= mail.messagesInMemory;
      this.#accounts.delete(account);
      mail.close();
    }
  }
}
