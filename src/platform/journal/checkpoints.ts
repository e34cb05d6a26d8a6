// Every few seconds what was carried out so far is made durable as a whole, and the segments that held its promise are
// removed. A segment with a message that could not be filed yet stays, and all behind it; those of a former run go first.

import type { Log } from '#mail/ports/log.ts';
import type { JournalWriter } from './journal-writer.ts';

const CHECKPOINT_EVERY_MS = 3000;

export interface CheckpointSurroundings {
  readonly journal: JournalWriter;
  readonly log: Log;
  /** Everything done to mailboxes so far is on stable storage when it resolves. */
  syncMail(): Promise<void>;
  /** The segments of a former run are needed no more, and gone, when it resolves. */
  endFormer(): Promise<void>;
}

export class Checkpoints {
  readonly #around: CheckpointSurroundings;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(around: CheckpointSurroundings) {
    this.#around = around;
  }

  /** Now, and from now on. */
  async begin(everyMs = CHECKPOINT_EVERY_MS): Promise<void> {
    this.#timer = setInterval(() => void this.run(), everyMs).unref();
    await this.run();
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
    const { journal, log, syncMail, endFormer } = this.#around;
    journal.rotate();
    try {
      await endFormer();
      const segments = journal.finishedSegments();
      if (segments.length === 0) return;
      await syncMail();
      for (const segment of segments) await journal.settle(segment);
    } catch (cause) {
      log.write('error', 'journal', `nothing was settled, the journal keeps it: ${String(cause)}`);
    }
  }
}
