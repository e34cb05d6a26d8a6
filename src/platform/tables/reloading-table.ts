// A table whose files are looked at once a second, when somebody asks, and read anew where they changed: no restart, no
// reload. A new version that cannot be used is warned of once, and the old one stays: mail goes on as it went before. One that
// the system did not let us read (too many files are open, the disk fails) is tried again at the next look.

import { messageOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import { errnoOf } from '#platform/files/errno.ts';
import type { Entry, Lookup } from './lookup.ts';
import type { OpenTable } from './opened-table.ts';
import type { LoadedTable, TableSource } from './table-source.ts';

export interface ReloadingSettings {
  readonly name: string;
  readonly isPattern: boolean;
  readonly foldsKeys: boolean;
  readonly warn: (text: string) => void;
  readonly nowMs: () => number;
}

const LOOK_EVERY_MS = 1_000;
/** Unlike any file's. */
const UNREAD = '';

export class ReloadingTable implements OpenTable {
  readonly name: string;
  readonly isPattern: boolean;
  readonly #settings: ReloadingSettings;
  readonly #source: TableSource;
  #lookup: Lookup | undefined;
  #fingerprint = UNREAD;
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** What was warned of last; `undefined` since it went well. */
  #complaint: string | undefined;
  #loading: Promise<void> | undefined;
  #upkeep: Promise<void> = Promise.resolve();

  private constructor(source: TableSource, settings: ReloadingSettings) {
    this.name = settings.name;
    this.isPattern = settings.isPattern;
    this.#source = source;
    this.#settings = settings;
  }

  static async open(source: TableSource, settings: ReloadingSettings): Promise<ReloadingTable> {
    const table = new ReloadingTable(source, settings);
    table.#lookedMs = settings.nowMs();
    table.#fingerprint = source.fingerprint();
    try {
      table.#adopt(await source.load());
    } catch (cause) {
      throw new WorldError(`open ${settings.name}`, { transient: false, cause });
    }
    return table;
  }

  async find(key: string): Promise<string | undefined> {
    await this.#refresh();
    const folded = this.#settings.foldsKeys ? key.toLowerCase() : key;
    try {
      return this.#lookup?.find(folded);
    } catch (cause) {
      throw new WorldError(`look up in ${this.name}`, { transient: true, cause });
    }
  }

  async entries(): Promise<Iterable<Entry> | undefined> {
    await this.#refresh();
    return this.#lookup?.entries?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loading;
    await this.#upkeep;
  }

  async #refresh(): Promise<void> {
    const nowMs = this.#settings.nowMs();
    if (this.#loading === undefined && nowMs - this.#lookedMs >= LOOK_EVERY_MS) {
      this.#lookedMs = nowMs;
      const fingerprint = this.#source.fingerprint();
      if (fingerprint !== this.#fingerprint) {
        this.#fingerprint = fingerprint;
        this.#loading = this.#reload().finally(() => {
          this.#loading = undefined;
        });
      }
    }
    // Who asks behind the change is answered with the change.
    if (this.#loading !== undefined) await this.#loading;
  }

  async #reload(): Promise<void> {
    try {
      this.#adopt(await this.#source.load());
      this.#complaint = undefined;
    } catch (error) {
      const isTriedAgain = errnoOf(error) !== undefined;
      if (isTriedAgain) this.#fingerprint = UNREAD;
      const complaint = messageOf(error);
      if (!isTriedAgain || complaint !== this.#complaint) {
        this.#settings.warn(`${this.name}: ${complaint}; what was read before stays in use`);
      }
      this.#complaint = complaint;
    }
  }

  #adopt({ lookup, upkeep }: LoadedTable): void {
    this.#lookup = lookup;
    if (upkeep === undefined) return;
    this.#upkeep = this.#upkeep.then(upkeep).catch((error: unknown) => {
      this.#settings.warn(
        `${this.name}: its index is older than its source and cannot be written: ${messageOf(error)}`,
      );
    });
  }
}
