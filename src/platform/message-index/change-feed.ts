// Tells the watchers of mailboxes what happened, in order and each once. Listeners run after the call that made the
// change, never inside it.

import type { AccountId } from '#mail/ports/account.ts';
import type { MailboxChange, MailboxName } from '#mail/ports/mail-store.ts';

type Listener = (change: MailboxChange) => void;

export class ChangeFeed {
  readonly #watchers = new Map<string, Set<Listener>>();

  watch(account: AccountId, name: MailboxName, listener: Listener): Disposable {
    const key = keyOf(account, name);
    // A wrapper of its own, so that the same function may watch twice.
    const own: Listener = (change) => listener(change);
    const set = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, set.add(own));
    return {
      [Symbol.dispose]: () => {
        set.delete(own);
        if (set.size === 0 && this.#watchers.get(key) === set) this.#watchers.delete(key);
      },
    };
  }

  publish(account: AccountId, name: MailboxName, change: MailboxChange): void {
    const set = this.#watchers.get(keyOf(account, name));
    if (set !== undefined) tell(set, change);
  }

  publishToAll(change: MailboxChange): void {
    for (const set of this.#watchers.values()) tell(set, change);
  }
}

/** Microtasks run in the order in which they were queued: so do the changes. */
function tell(set: ReadonlySet<Listener>, change: MailboxChange): void {
  for (const listener of set) queueMicrotask(() => set.has(listener) && listener(change));
}

function keyOf(account: AccountId, name: MailboxName): string {
  return `${account}\0${name}`;
}
