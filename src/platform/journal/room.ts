// The reserve: new mail is refused while what is left on the disk would not hold all that was promised, and as much again
// as people need to read and delete. Reading and expunging go on below it.

import { statfsSync } from 'node:fs';
import { WorldError } from '#base/world-error.ts';

export interface RoomLimits {
  /** Of the file system. */
  readonly reservePercent: number;
  readonly reserveBytes: number;
}

const LOOK_EVERY_MS = 100;

export class Room {
  readonly #path: string;
  readonly #limits: RoomLimits;
  readonly #nowMs: () => number;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #spareBytes = 0;

  constructor(path: string, limits: RoomLimits, nowMs: () => number = () => performance.now()) {
    this.#path = path;
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  /** Throws a WorldError with ENOSPC: `452`, `NO [UNAVAILABLE]`. `neededBytes`: promised already, and asked for now. */
  check(neededBytes: number): void {
    if (this.#nowMs() - this.#lookedAtMs >= LOOK_EVERY_MS) this.#look();
    if (neededBytes <= this.#spareBytes) return;
    const cause = Object.assign(new Error('what is left of the disk is kept for mail already accepted'), {
      code: 'ENOSPC',
    });
    throw new WorldError('accepting a message', { transient: true, cause });
  }

  #look(): void {
    const { bavail, blocks, bsize } = statfsSync(this.#path);
    const reserve = Math.max((blocks * bsize * this.#limits.reservePercent) / 100, this.#limits.reserveBytes);
    this.#spareBytes = bavail * bsize - reserve;
    this.#lookedAtMs = this.#nowMs();
  }
}
