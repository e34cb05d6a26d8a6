// What getent(1) does not find is asked for once more, by a call that tells «there is none» from «LDAP is down»: the first
// bounces mail, the second must only put it off. One at a time, so that a source that hangs holds one thread, and no more.

import { WorldError } from '#base/world-error.ts';
import type { AskNameService, NameDatabase } from '#platform/native/name-service.ts';

const OPERATION = 'asking the system for a user';
const CODES: Readonly<Record<number, string>> = {
  2: 'ENOENT',
  5: 'EIO',
  11: 'EAGAIN',
  13: 'EACCES',
  110: 'ETIMEDOUT',
  111: 'ECONNREFUSED',
};

export class MissingNames {
  readonly #ask: () => AskNameService;
  readonly #timeoutMs: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ask: () => AskNameService, timeoutMs: number) {
    this.#ask = ask;
    this.#timeoutMs = timeoutMs;
  }

  /** Throws WorldError where that is not certain. */
  async confirm(database: NameDatabase, name: string): Promise<void> {
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    let isAwaited = true;
    const timer = setTimeout(() => reject(failure(`no answer within ${this.#timeoutMs} ms`)), this.#timeoutMs);
    const answer = this.#last.then(() => (isAwaited ? this.#ask()(database, name) : undefined));
    this.#last = answer.catch(() => undefined);
    try {
      const found = await Promise.race([answer, tooLate]);
      if (found === undefined || found.isFound) throw failure(`${name} came while it was looked for`);
      const { errno } = found;
      if (errno !== 0) throw failure(`a source of /etc/nsswitch.conf fails: ${CODES[errno] ?? `errno ${errno}`}`);
    } catch (cause) {
      throw cause instanceof WorldError && !cause.transient ? failure(cause.message) : cause;
    } finally {
      isAwaited = false;
      clearTimeout(timer);
    }
  }
}

function failure(text: string): WorldError {
  return new WorldError(OPERATION, { transient: true, cause: new Error(text) });
}
