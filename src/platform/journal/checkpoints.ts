// Every few seconds what was carried out so far is made durable as a whole, and the segments that held its promise are
// removed. A segment with a message that could not be filed yet stays, and all behind it.

import type { Log } from '#mail/ports/log.ts';
import type { JournalWriter } from './journal-writer.ts';

export const CHECKPOINT_EVERY_MS = 3000;

export class Checkpoints {
  readonly #journal: JournalWriter;
  readonly #syncMail: () => Promise<void>;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;

  /** `syncMail`: everything done to mailboxes so far is on stable storage when it resolves. */
  constructor(journal: JournalWriter, syncMail: () => Promise<void>, log: Log, everyMs = CHECKPOINT_EVERY_MS) {
    this.#journal = journal;
    this.#syncMail = syncMail;
    this.#log = log;
    this.#timer = setInterval(() => void this.run(), everyMs).unref();
  }

  /** One at a time: whoever asks meanwhile waits for the one that runs. */
  run(): Promise<void> {
    this.#running ??= this.#settle().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #settle(): Promise<void> {
    this.#journal.rotate();
    const segments = this.#journal.finishedSegments();
    if (segments.length === 0) return;
    try {
      await this.#syncMail();
      for (const segment of segments) await this.#journal.settle(segment);
    } catch (cause) {
      this.#log.write('error', 'journal', `nothing was settled, the journal keeps it: ${String(cause)}`);
    }
  }
}
