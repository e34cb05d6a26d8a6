// The selected mailbox, watched. Watching begins before it is opened, so that nothing falls in between; what happens
// meanwhile waits until the session has taken the snapshot in.

import { ok, type Result } from '#base/result.ts';
import { SYSTEM_FLAG_NAMES } from '#mail/mailboxes/flags.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { MailboxChange, MailboxName, MailboxSnapshot, MailStore, StoreRefusal } from '#mail/ports/mail-store.ts';
import type { OpenedMailbox } from '#protocols/imap/question.ts';
import type { SessionEvent } from '#protocols/imap/session.ts';

type SessionChange = Extract<SessionEvent, { kind: 'changed' }>['change'];

interface Watch {
  readonly account: AccountId;
  readonly name: MailboxName;
  readonly subscription: Disposable;
}

export class WatchedMailbox {
  readonly #store: MailStore;
  readonly #tell: (change: SessionChange) => void;
  #watch: Watch | undefined;
  /** Defined while the mailbox is being opened. */
  #held: MailboxChange[] | undefined;
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(store: MailStore, tell: (change: SessionChange) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  async open(
    account: AccountId,
    name: MailboxName,
    access: 'read-write' | 'read-only',
  ): Promise<Result<OpenedMailbox, StoreRefusal>> {
    this.close();
    this.#held = [];
    const subscription = this.#store.watch(account, name, (change) => this.#hear(change));
    this.#watch = { account, name, subscription };
    const opened = await this.#store.openMailbox(account, name, access);
    if (!opened.ok) this.close();
    return opened.ok ? ok(snapshotForSession(opened.value)) : opened;
  }

  /** The session has the snapshot: it hears what happened since. */
  release(): void {
    const held = this.#held;
    this.#held = undefined;
    for (const change of held ?? []) this.#hear(change);
  }

  close(): void {
    this.#watch?.subscription[Symbol.dispose]();
    this.#watch = undefined;
    this.#held = undefined;
  }

  async refresh(): Promise<void> {
    if (this.#watch !== undefined) await this.#store.refresh(this.#watch.account, this.#watch.name);
  }

  /** `changed` when there was a change since it was last said, `time` when there was none for so long. */
  nextEvent(withinMs: number): { readonly event: Promise<'changed' | 'time'>; readonly cancel: () => void } {
    let timer: NodeJS.Timeout | undefined;
    const event = new Promise<'changed' | 'time'>((resolve) => {
      this.#wake = () => {
        this.#changed = false;
        resolve('changed');
      };
      timer = setTimeout(() => resolve('time'), withinMs);
      // An idle client is no reason for a process to go on.
      timer.unref();
      // Changes that come together are told together.
      if (this.#changed) setImmediate(() => this.#wake?.());
    });
    const cancel = () => {
      clearTimeout(timer);
      this.#wake = undefined;
    };
    return { event, cancel };
  }

  #hear(change: MailboxChange): void {
    if (this.#held !== undefined) {
      this.#held.push(change);
      return;
    }
    this.#tell(changeForSession(change));
    if (!this.#changed) setImmediate(() => this.#wake?.());
    this.#changed = true;
  }
}

function snapshotForSession(snapshot: MailboxSnapshot): OpenedMailbox {
  return { ...snapshot, flagNames: flagNamesOf(snapshot.keywords) };
}

function changeForSession(change: MailboxChange): SessionChange {
  return 'keywords' in change ? { ...change, flagNames: flagNamesOf(change.keywords) } : change;
}

/** Bit k of a message's flags has the k-th name. */
export function flagNamesOf(keywords: readonly string[]): string[] {
  return [...SYSTEM_FLAG_NAMES, ...keywords];
}
