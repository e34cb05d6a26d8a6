// One POP3 session at a time for an account. RFC 1939 §4. IMAP and deliveries go on meanwhile: the session's maildrop is
// a snapshot, and a message that another session removed is answered for when it is asked for.

import type { AccountId } from '#mail/ports/account.ts';

export interface MaildropLocks {
  /** `undefined` while another session holds it; disposing gives it back. */
  acquire(account: AccountId): Disposable | undefined;
}

export function createMaildropLocks(): MaildropLocks {
  const held = new Set<AccountId>();
  return {
    acquire(account) {
      if (held.has(account)) return undefined;
      held.add(account);
      let mine = true;
      return {
        [Symbol.dispose]() {
          if (mine) held.delete(account);
          mine = false;
        },
      };
    },
  };
}
