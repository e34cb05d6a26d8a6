// What other servers said of recipients, as long as it may be believed. Yes and no have room of their own: somebody who
// tries names cannot drive out those that exist. The one that was heard longest ago goes first.

import type { ProbeAnswer } from '#mail/ports/recipient-probe.ts';

export interface KnownRecipient extends ProbeAnswer {
  readonly address: string;
  readonly heardMs: number;
}

export class KnownRecipients {
  /** Of each of the two. */
  readonly #most: number;
  readonly #deliverable = new Map<string, KnownRecipient>();
  readonly #others = new Map<string, KnownRecipient>();
  /** Called when something was learned. */
  onLearned: (() => void) | undefined;

  constructor(most: number, kept: readonly KnownRecipient[] = []) {
    this.#most = most;
    for (const each of kept) this.#put(each);
  }

  find(address: string): KnownRecipient | undefined {
    return this.#deliverable.get(address) ?? this.#others.get(address);
  }

  learn(known: KnownRecipient): void {
    this.#put(known);
    this.onLearned?.();
  }

  /** Those of each kind in the order in which they were heard. */
  all(): KnownRecipient[] {
    return [...this.#others.values(), ...this.#deliverable.values()];
  }

  #put(known: KnownRecipient): void {
    const { address, kind } = known;
    this.#deliverable.delete(address);
    this.#others.delete(address);
    const room = kind === 'deliverable' ? this.#deliverable : this.#others;
    room.set(address, known);
    if (room.size <= this.#most) return;
    for (const oldest of room.keys()) {
      room.delete(oldest);
      return;
    }
  }
}
