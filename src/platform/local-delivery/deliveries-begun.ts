// What was done of a delivery whose rest must be tried again: the next attempt leaves it out. Kept in memory only, and a bounded
// number of them: after a restart, or when very many fail, somebody may have a message twice, and never not at all.

import type { DeliveryDone } from './delivery-answer.ts';

export interface DeliveryBegun {
  /** What the user's own process did. */
  done: DeliveryDone | undefined;
  inSpool: boolean;
  /** Address → the queue id of the copy. */
  readonly forwarded: Map<string, string>;
}

const MOST_KEPT = 10_000;

export class DeliveriesBegun {
  readonly #byKey = new Map<string, DeliveryBegun>();

  get(key: string): DeliveryBegun {
    const begun = this.#byKey.get(key) ?? { done: undefined, inSpool: false, forwarded: new Map<string, string>() };
    this.#byKey.set(key, begun);
    const [oldest] = this.#byKey.keys();
    if (this.#byKey.size > MOST_KEPT && oldest !== undefined) this.#byKey.delete(oldest);
    return begun;
  }

  /** Nothing of it will be tried again. */
  forget(key: string): void {
    this.#byKey.delete(key);
  }
}
