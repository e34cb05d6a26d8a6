// Answers of a source, for a while: what is there for longer than what is not. Kept by everything that the answer hangs on, in
// a table of one source; whoever asks the same at the same moment shares the question. What failed is never kept.

export interface CacheLimits {
  /** 0 keeps nothing. */
  readonly ttlMs: number;
  /** Of «there is no such one». */
  readonly negativeTtlMs: number;
  readonly entries: number;
}

/** Whether an answer may come from before. */
export type Freshness = 'kept' | 'fresh';

interface Kept<T> {
  readonly answer: T | undefined;
  readonly atMs: number;
}

export class CachedAnswers<T> {
  readonly #limits: CacheLimits;
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, Kept<T>>();
  readonly #asking = new Map<string, Promise<T | undefined>>();

  constructor(limits: CacheLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  /** `key`: each thing that the answer hangs on, as a value of its own. */
  async find(key: readonly string[], freshness: Freshness, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const name = JSON.stringify(key);
    const kept = freshness === 'kept' ? this.#fresh(name) : undefined;
    if (kept !== undefined) return kept.answer;
    const asking = freshness === 'kept' ? this.#asking.get(name) : undefined;
    if (asking !== undefined) return asking;
    // From the moment of the question: what changes while it is answered is seen no later.
    const atMs = this.#nowMs();
    const question = ask();
    if (freshness === 'kept') this.#asking.set(name, question);
    try {
      const answer = await question;
      this.#keep(name, { answer, atMs });
      return answer;
    } finally {
      if (this.#asking.get(name) === question) this.#asking.delete(name);
    }
  }

  /** True where the answer would come from before. */
  has(key: readonly string[]): boolean {
    return this.#fresh(JSON.stringify(key)) !== undefined;
  }

  #fresh(name: string): Kept<T> | undefined {
    const kept = this.#kept.get(name);
    if (kept === undefined) return undefined;
    const { ttlMs, negativeTtlMs } = this.#limits;
    const age = this.#nowMs() - kept.atMs;
    if (age >= 0 && age < (kept.answer === undefined ? negativeTtlMs : ttlMs)) return kept;
    this.#kept.delete(name);
    return undefined;
  }

  #keep(name: string, kept: Kept<T>): void {
    const { ttlMs, negativeTtlMs, entries } = this.#limits;
    // A slow answer to an earlier question knows less.
    if ((this.#kept.get(name)?.atMs ?? kept.atMs) > kept.atMs) return;
    this.#kept.delete(name);
    if ((kept.answer === undefined ? negativeTtlMs : ttlMs) <= 0) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= entries) this.#kept.delete(oldest);
    this.#kept.set(name, kept);
  }
}
