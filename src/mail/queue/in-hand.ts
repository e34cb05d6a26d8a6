// The messages in memory, by queue id. Of one message several parts may be here: a destination each.

import type { ActiveMessage } from './active-message.ts';

export class InHand {
  readonly #parts = new Map<string, Set<ActiveMessage>>();
  #size = 0;

  /** Parts, of all messages. */
  get size(): number {
    return this.#size;
  }

  add(active: ActiveMessage): void {
    const { queueId } = active.envelope;
    const parts = this.#parts.get(queueId);
    if (parts === undefined) this.#parts.set(queueId, new Set([active]));
    else parts.add(active);
    this.#size++;
  }

  remove(active: ActiveMessage): void {
    const { queueId } = active.envelope;
    const parts = this.#parts.get(queueId);
    if (parts?.delete(active) !== true) return;
    if (parts.size === 0) this.#parts.delete(queueId);
    this.#size--;
  }

  partsOf(queueId: string): readonly ActiveMessage[] {
    return [...(this.#parts.get(queueId) ?? [])];
  }

  has(queueId: string): boolean {
    return this.#parts.has(queueId);
  }

  holds(queueId: string, number: number): boolean {
    for (const { recipients } of this.#parts.get(queueId) ?? []) if (recipients.has(number)) return true;
    return false;
  }

  all(): ActiveMessage[] {
    return [...this.#parts.values()].flatMap((parts) => [...parts]);
  }

  ids(): Iterable<string> {
    return this.#parts.keys();
  }
}
