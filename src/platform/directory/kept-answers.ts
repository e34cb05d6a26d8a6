// Answers of the database that are still true, so that the thousandth message to somebody asks nothing. All are forgotten
// when this connection writes, and when another one has written, which is looked for again after a moment.

import type { SQLInputValue } from 'node:sqlite';

const MOST_ANSWERS = 10_000;
/** What another process changed counts after so long at the latest. */
const LOOK_EVERY_MS = 10;

export class KeptAnswers {
  readonly #answers = new Map<string, unknown>();
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
    const key = `${question}\0${JSON.stringify(values)}`;
    if (this.#answers.has(key)) return this.#answers.get(key) as T;
    const answer = read();
    if (this.#answers.size >= MOST_ANSWERS) this.#answers.clear();
    this.#answers.set(key, answer);
    return answer;
  }

  forget(): void {
    this.#answers.clear();
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
