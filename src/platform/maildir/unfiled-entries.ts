// Messages that were promised and of whose filing nothing was heard yet: what the log and the journey say of it then, and
// what of them waits for that.

import type { JournalEntry } from '#mail/ports/journal.ts';
import type { FiledCopy } from './commits.ts';

/** Without the octets. */
export interface FiledEntry extends Omit<JournalEntry, 'content' | 'envelope'> {
  readonly begunMs: number;
}

/** All copies of a message lie in their mailboxes; in the order of the plan's actions. */
export type OnFiled = (entry: FiledEntry, copies: readonly FiledCopy[]) => void;

export class UnfiledEntries {
  readonly #entries = new Map<string, FiledEntry>();
  /** Who waits for the filing, by queue id. */
  readonly #waiting = new Map<string, () => void>();
  readonly #onFiled: OnFiled;

  constructor(onFiled: OnFiled = () => undefined) {
    this.#onFiled = onFiled;
  }

  add({ queueId, arrivedMs, plan }: JournalEntry): void {
    this.#entries.set(queueId, { queueId, arrivedMs, plan, begunMs: Date.now() });
  }

  /** It was not promised after all. */
  remove(queueId: string): void {
    this.#entries.delete(queueId);
    this.#wake(queueId);
  }

  /** Resolves when what there is to tell has been told, or after `mostMs`: a home that cannot be written holds nobody up. */
  async whenFiled(queueId: string, mostMs: number): Promise<void> {
    if (!this.#entries.has(queueId)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, mostMs).unref();
    this.#waiting.set(queueId, resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(queueId);
  }

  filed(queueId: string, copies: readonly FiledCopy[]): void {
    const entry = this.#entries.get(queueId);
    this.#entries.delete(queueId);
    if (entry !== undefined) this.#onFiled(entry, copies);
    this.#wake(queueId);
  }

  #wake(queueId: string): void {
    this.#waiting.get(queueId)?.();
  }
}
