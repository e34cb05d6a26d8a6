// The reserve: new mail is refused while what is left on the disk would not hold all that was promised, and as much again
// as people need to read and delete. Reading and expunging go on below it.

import { mkdirSync, statfsSync } from 'node:fs';
import { WorldError } from '#base/world-error.ts';

export interface RoomLimits {
  /** Of each file system. */
  readonly reservePercent: number;
  readonly reserveBytes: number;
}

const RESERVE_PERCENT = 5;
const LOOK_EVERY_MS = 100;

/** What the server keeps for mail that it has accepted. */
export function roomLimits(messageSizeLimit: number): RoomLimits {
  return { reservePercent: RESERVE_PERCENT, reserveBytes: 2 * messageSizeLimit };
}

/** Of a file system of that size. */
export function reserveOf({ reservePercent, reserveBytes }: RoomLimits, sizeBytes: number): number {
  return Math.max((sizeBytes * reservePercent) / 100, reserveBytes);
}

export class Room {
  readonly #paths: readonly string[];
  readonly #limits: RoomLimits;
  readonly #nowMs: () => number;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #spareBytes = 0;
  /** Since the last look. */
  #takenBytes = 0;

  /** Folders on the file systems that it is about; made when missing. */
  constructor(paths: readonly string[], limits: RoomLimits, nowMs: () => number = () => performance.now()) {
    for (const path of paths) mkdirSync(path, { recursive: true, mode: 0o700 });
    this.#paths = paths;
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  /**
   * Throws a WorldError with ENOSPC: `452`, `NO [UNAVAILABLE]`. `promisedBytes`: in the journal, and in no mailbox for all we
   * know. `addedBytes`: what is asked for now will take.
   */
  check(promisedBytes: number, addedBytes: number): void {
    if (this.#nowMs() - this.#lookedAtMs >= LOOK_EVERY_MS) this.#look();
    this.#takenBytes += addedBytes;
    if (promisedBytes + this.#takenBytes <= this.#spareBytes) return;
    // What was deleted since the last look counts at once.
    this.#look();
    if (promisedBytes + addedBytes <= this.#spareBytes) return;
    const cause = Object.assign(new Error('what is left of the disk is kept for mail already accepted'), {
      code: 'ENOSPC',
    });
    throw new WorldError('accepting a message', { transient: true, cause });
  }

  #look(): void {
    this.#spareBytes = Math.min(...this.#paths.map((path) => this.#spareBytesOf(path)));
    this.#takenBytes = 0;
    this.#lookedAtMs = this.#nowMs();
  }

  #spareBytesOf(path: string): number {
    const { bavail, blocks, bsize } = statfsSync(path);
    return bavail * bsize - reserveOf(this.#limits, blocks * bsize);
  }
}
