// What a session did, said in one line when it ends, in Dovecot's words.

import type { AccountId } from '#mail/ports/account.ts';
import type { Log } from '#mail/ports/log.ts';

export class SessionLog {
  readonly #counts = { topCount: 0, topBytes: 0, retrCount: 0, retrBytes: 0, deleted: 0 };
  readonly #log: Log;
  readonly #connectionId: string;
  #opened: { readonly account: AccountId; readonly messages: number; readonly sizeBytes: number } | undefined;

  constructor(log: Log, connectionId: string) {
    this.#log = log;
    this.#connectionId = connectionId;
  }

  noteOpened(account: AccountId, messages: number, sizeBytes: number): void {
    this.#opened = { account, messages, sizeBytes };
  }

  noteSent(whole: boolean, sentBytes: number): void {
    this.#counts[whole ? 'retrCount' : 'topCount'] += 1;
    this.#counts[whole ? 'retrBytes' : 'topBytes'] += sentBytes;
  }

  noteDeleted(count: number): void {
    this.#counts.deleted = count;
  }

  /** Silent about a client that never logged in: that was told when it failed. */
  writeEnd(how: 'Logged out' | 'Connection closed' | 'Disconnected'): void {
    if (this.#opened === undefined) return;
    const { topCount, topBytes, retrCount, retrBytes, deleted } = this.#counts;
    const { account, messages, sizeBytes } = this.#opened;
    const did = `top=${topCount}/${topBytes}, retr=${retrCount}/${retrBytes}, del=${deleted}/${messages}`;
    this.#log.write('info', 'pop3', `user=<${account}>: ${how} ${did}, size=${sizeBytes}`, {
      session: this.#connectionId,
    });
  }
}
