// Messages that were promised and of whose filing nothing was heard yet: what the log and the journey say of it then.

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
  }

  filed(queueId: string, copies: readonly FiledCopy[]): void {
    const entry = this.#entries.get(queueId);
    this.#entries.delete(queueId);
    if (entry !== undefined) this.#onFiled(entry, copies);
  }
}
