// What is remembered of logins: failures and the last success, by key. Bounded: the least recently changed entry goes
// first. A wrong password that is tried again (a telephone that was not told of the new one) is one failure, not many:
// the marks of the last few wrong ones are kept, never they themselves.

import type { LoginHistory } from '#mail/policy/login.ts';

const MARKS_KEPT = 4;

interface Entry {
  failures: number;
  lastFailureMs: number;
  lastSuccessMs: number | undefined;
  marks: string[];
}

export class HistoryTable {
  readonly #entries = new Map<string, Entry>();
  readonly #maxEntries: number;
  readonly #forgetFailuresAfterMs: number;

  constructor(options: { maxEntries: number; forgetFailuresAfterMs: number }) {
    this.#maxEntries = options.maxEntries;
    this.#forgetFailuresAfterMs = options.forgetFailuresAfterMs;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The most recent first. */
  entries(): (readonly [key: string, history: LoginHistory])[] {
    return [...this.#entries].reverse();
  }

  find(key: string): LoginHistory | undefined {
    return this.#entries.get(key);
  }

  /** False where the mark shows that this very failure was noted before. */
  noteFailure(key: string, nowMs: number, mark: string | undefined): boolean {
    const entry = this.#touch(key);
    if (nowMs - entry.lastFailureMs >= this.#forgetFailuresAfterMs) {
      entry.failures = 0;
      entry.marks = [];
    }
    if (mark !== undefined && entry.marks.includes(mark)) return false;
    if (mark !== undefined) entry.marks = [mark, ...entry.marks].slice(0, MARKS_KEPT);
    entry.failures += 1;
    entry.lastFailureMs = nowMs;
    return true;
  }

  noteSuccess(key: string, nowMs: number): void {
    const entry = this.#touch(key);
    entry.failures = 0;
    entry.lastSuccessMs = nowMs;
  }

  /** Moves the entry to the young end, making it, and room for it, where there is none. */
  #touch(key: string): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) this.#entries.delete(key);
    const entry = known ?? {
      failures: 0,
      lastFailureMs: Number.NEGATIVE_INFINITY,
      lastSuccessMs: undefined,
      marks: [],
    };
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#maxEntries) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    return entry;
  }
}
