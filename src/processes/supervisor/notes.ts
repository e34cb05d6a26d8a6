// What the supervisor has to say for the log: the worker writes it, now or as soon as one serves.

import type { Level, ProcessKeeper } from './process-keeper.ts';

const MOST_WAITING = 100;

export class Notes {
  readonly #waiting: { readonly level: Level; readonly text: string }[] = [];
  #writer: ProcessKeeper | undefined;

  /** The worker. */
  set writer(writer: ProcessKeeper) {
    this.#writer = writer;
  }

  put(level: Level, text: string): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push({ level, text });
    this.flush();
  }

  /** To be called when the worker has become ready. */
  flush(): void {
    if (this.#writer?.isServing !== true) return;
    for (const note of this.#waiting.splice(0)) this.#writer.tell({ kind: 'note', ...note });
  }
}
