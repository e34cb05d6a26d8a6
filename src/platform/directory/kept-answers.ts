// Answers of the database that are still true, so that the thousandth message to somebody asks nothing. All are forgotten
// when this connection writes, and when another one has written, which is looked for again after a moment.

import type { SQLInputValue } from 'node:sqlite';

const MOST_ANSWERS = 10_000;
/** What another process changed counts after so long at the latest. */
const LOOK_EVERY_MS = 10;

export class KeptAnswers {
  /** By question, and by its values. */
  readonly #answers = new Map<string, Map<SQLInputValue | undefined, unknown>>();
  #count = 0;
  #timesForgotten = 0;
  readonly #version: () => unknown;
  readonly #nowMs: () => number;
  #lastVersion: unknown;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** `version` differs as soon as another connection has written. */
  constructor(version: () => unknown, nowMs: () => number = () => performance.now()) {
    this.#version = version;
    this.#nowMs = nowMs;
  }

  find<T>(question: string, values: readonly SQLInputValue[], read: () => T): T {
    this.#look();
    const key = values.length === 1 ? values[0] : JSON.stringify(values);
    const known = this.#answers.get(question);
    if (known?.has(key) === true) return known.get(key) as T;
    const timesForgotten = this.#timesForgotten;
    const answer = read();
    // An answer that was put together from several may be half of before.
    if (this.#timesForgotten === timesForgotten) this.#keep(question, key, answer);
    return answer;
  }

  forget(): void {
    this.#answers.clear();
    this.#count = 0;
    this.#timesForgotten += 1;
  }

  #keep(question: string, key: SQLInputValue | undefined, answer: unknown): void {
    if (this.#count >= MOST_ANSWERS) this.forget();
    const known = this.#answers.get(question) ?? new Map<SQLInputValue | undefined, unknown>();
    this.#answers.set(question, known.set(key, answer));
    this.#count += 1;
  }

  #look(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return;
    this.#lookedAtMs = nowMs;
    const version = this.#version();
    if (version !== this.#lastVersion) this.forget();
    this.#lastVersion = version;
  }
}
