// A configuration on trial (platform/config/config-trial.ts): when its time is over and nobody has confirmed it, the one before
// it comes back. Looked at whenever the file is read; the moment itself stands beside the file, and outlives us.

import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';

/** Timers have 31 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface TrialOptions {
  readonly configFile: string;
  /** Throws where others than root may have written what root goes by. */
  checkOwner(file: string): void;
  /** The file is to be read again. */
  timeOver(): void;
}

export class Trial {
  readonly #options: TrialOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  /** True when the former file has come back just now. */
  look(): boolean {
    clearTimeout(this.#timer);
    const untilMs = this.#endMs();
    if (untilMs === undefined) return false;
    const leftMs = untilMs - Date.now();
    if (leftMs <= 0) return this.#goBack();
    this.#timer = setTimeout(() => this.#expire(), Math.min(leftMs, LONGEST_TIMER_MS));
    return false;
  }

  /** It was confirmed meanwhile, or there is something to be done. */
  #expire(): void {
    if (existsSync(this.#mark)) this.#options.timeOver();
  }

  get #mark(): string {
    return `${this.#options.configFile}.unconfirmed`;
  }

  #endMs(): number | undefined {
    if (!existsSync(this.#mark)) return undefined;
    this.#options.checkOwner(this.#mark);
    const untilMs = Number(readFileSync(this.#mark, 'utf8'));
    return Number.isSafeInteger(untilMs) ? untilMs : 0;
  }

  #goBack(): boolean {
    const { configFile, checkOwner } = this.#options;
    const former = `${configFile}.former`;
    const isThere = existsSync(former);
    if (isThere) {
      checkOwner(former);
      renameSync(former, configFile);
    }
    rmSync(this.#mark, { force: true });
    return isThere;
  }
}
