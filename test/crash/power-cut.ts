// What a power cut leaves, at its worst: of the mailboxes nothing that was written since they were last synced as a whole,
// of the journal everything, for a promise waits for its fdatasync. The mailboxes are put back by hand after a SIGKILL,
// which by itself loses nothing that was written.

import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const MAIL = 'vhosts';
const INDEX = 'index';

export class SyncedMail implements Disposable {
  readonly #state: string;
  readonly #copy: string;

  /** Right after a start: recovery has synced the mailboxes, and nothing was promised since. */
  constructor(state: string) {
    this.#state = state;
    this.#copy = `${state}.synced`;
    for (const folder of [MAIL, INDEX]) replace(join(this.#copy, folder), join(state, folder));
  }

  /** The indexes are caches, which may know more than the mailboxes then, or as little. */
  cutPower({ losesIndexes }: { readonly losesIndexes: boolean }): void {
    for (const folder of losesIndexes ? [MAIL, INDEX] : [MAIL]) {
      replace(join(this.#state, folder), join(this.#copy, folder));
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#copy, { recursive: true, force: true });
  }
}

function replace(folder: string, by: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(by, folder, { recursive: true, preserveTimestamps: true });
}
