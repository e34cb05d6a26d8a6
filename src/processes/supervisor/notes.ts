// What the supervisor has to say for the log: the worker writes it, now or as soon as one serves.

import type { SupervisorMessage } from '../messages.ts';
import type { ProcessKeeper } from './process-keeper.ts';

type Note = Extract<SupervisorMessage, { kind: 'note' | 'not-reloaded' }>;

const MOST_WAITING = 100;

export class Notes {
  readonly #waiting: Note[] = [];
  #writer: ProcessKeeper | undefined;

  /** The worker. */
  set writer(writer: ProcessKeeper) {
    this.#writer = writer;
  }

  put(note: Note): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(note);
    this.flush();
  }

  /** To be called when the worker has become ready. */
  flush(): void {
    if (this.#writer?.isServing !== true) return;
    for (const note of this.#waiting.splice(0)) this.#writer.tell(note);
  }
}
