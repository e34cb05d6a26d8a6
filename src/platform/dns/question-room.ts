// How many questions are under way at once; others wait their turn, and when too many wait, the next is turned away.

export class QuestionRoom {
  readonly #most: number;
  readonly #mostWaiting: number;
  #inside = 0;
  #waiting: (() => void)[] = [];

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  /** `undefined` when it was turned away. */
  async visit<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#inside >= this.#most) {
      if (this.#waiting.length >= this.#mostWaiting) return undefined;
      // The place is handed over by whoever leaves.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#inside++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside--;
      else next();
    }
  }
}
