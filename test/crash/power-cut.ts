// What a power cut leaves, at its worst: of the mailboxes nothing that was written since they were last synced as a whole,
// of the journal everything, for a promise waits for its fdatasync. The mailboxes are put back by hand after a SIGKILL,
// which by itself loses nothing that was written.

import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { listSegments } from '#platform/journal/journal-folder.ts';

const MAIL = 'vhosts';
const INDEX = 'index';
const JOURNAL = 'journal';

/** The next one to start goes on behind it. */
export function lastSegment(state: string): number {
  return listSegments(join(state, JOURNAL)).at(-1)?.sequence ?? 0;
}

export class SyncedMail implements Disposable {
  readonly #state: string;
  readonly #copy: string;

  readonly #firstSegment: number;

  /** Right after a start: recovery has synced the mailboxes, and nothing was promised since. */
  constructor(state: string, lastSegmentBefore: number) {
    this.#state = state;
    this.#firstSegment = lastSegmentBefore + 1;
    this.#copy = `${state}.synced`;
    for (const folder of [MAIL, INDEX]) replace(join(this.#copy, folder), join(state, folder));
  }

  /**
   * The indexes are caches, which may know more than the mailboxes then, or as little. `false`: a checkpoint has made durable
   * what would be lost.
   */
  cutPower({ losesIndexes }: { readonly losesIndexes: boolean }): boolean {
    if (listSegments(join(this.#state, JOURNAL))[0]?.sequence !== this.#firstSegment) return false;
    for (const folder of losesIndexes ? [MAIL, INDEX] : [MAIL]) {
      replace(join(this.#state, folder), join(this.#copy, folder));
    }
    return true;
  }

  [Symbol.dispose](): void {
    rmSync(this.#copy, { recursive: true, force: true });
  }
}

function replace(folder: string, by: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(by, folder, { recursive: true, preserveTimestamps: true });
}
