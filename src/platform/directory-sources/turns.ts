// A few questions at a time, in order, with a bounded number waiting, none of them for ever.

import { WorldError } from '#base/world-error.ts';

export interface TurnLimits {
  readonly atOnce: number;
  readonly waiting: number;
  readonly waitMs: number;
}

interface Waiting {
  readonly begin: () => void;
  readonly timer: NodeJS.Timeout;
}

export class Turns {
  readonly #limits: TurnLimits;
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** `what` begins the refusal. Throws WorldError where too many wait, or it waited too long. */
  async take<T>(what: string, work: () => Promise<T>): Promise<T> {
    await this.#wait(what);
    try {
      return await work();
    } finally {
      this.#pass();
    }
  }

  #wait(what: string): Promise<void> | void {
    if (this.#running < this.#limits.atOnce) {
      this.#running++;
      return;
    }
    const busy = () => new WorldError(what, { transient: true, cause: new Error('too many questions wait') });
    if (this.#waiting.size >= this.#limits.waiting) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(busy());
      }, this.#limits.waitMs);
      const waiting = { begin: resolve, timer };
      this.#waiting.add(waiting);
    });
  }

  /** Whoever waited longest takes the place over. */
  #pass(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running--;
      return;
    }
    this.#waiting.delete(next);
    clearTimeout(next.timer);
    next.begin();
  }
}
