// The reserve: new mail is refused while what is left on the disk would not hold all that was promised, and as much again
// as people need to read and delete. Reading and expunging go on below it.

import { statfsSync } from 'node:fs';
import { WorldError } from '#base/world-error.ts';

export interface RoomLimits {
  /** Of each file system. */
  readonly reservePercent: number;
  readonly reserveBytes: number;
}

const RESERVE_PERCENT = 5;
/** And after a refusal: whoever is refused meanwhile waits for it. */
export const LOOK_EVERY_MS = 100;

/** What the server keeps for mail that it has accepted. */
export function roomLimits(messageSizeLimit: number): RoomLimits {
  return { reservePercent: RESERVE_PERCENT, reserveBytes: 2 * messageSizeLimit };
}

/** Of a file system of that size. */
export function reserveOf({ reservePercent, reserveBytes }: RoomLimits, sizeBytes: number): number {
  return Math.max((sizeBytes * reservePercent) / 100, reserveBytes);
}

/** What a look at a file system costs is not paid for each message. */
export interface RoomWorld {
  nowMs(): number;
  /** Throws where the path is away. */
  statfs(path: string): { readonly bavail: number; readonly blocks: number; readonly bsize: number };
}

export const MACHINE: RoomWorld = { nowMs: () => performance.now(), statfs: (path) => statfsSync(path) };

export class Room {
  readonly #paths: readonly string[];
  readonly #limits: RoomLimits;
  readonly #world: RoomWorld;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #spareBytes = 0;
  /** Since the last look. */
  #takenBytes = 0;

  /** Folders on the file systems that it is about. */
  constructor(paths: readonly string[], limits: RoomLimits, world = MACHINE) {
    this.#paths = paths;
    this.#limits = limits;
    this.#world = world;
  }

  /**
   * Throws a WorldError with ENOSPC: `452`, `NO [UNAVAILABLE]`. `promisedBytes`: in the journal, and in no mailbox for all we
   * know. `addedBytes`: what is asked for now will take.
   */
  check(promisedBytes: number, addedBytes: number): void {
    if (this.#world.nowMs() - this.#lookedAtMs >= LOOK_EVERY_MS) this.look();
    if (promisedBytes + this.#takenBytes + addedBytes > this.#spareBytes) {
      const cause = Object.assign(new Error('what is left of the disk is kept for mail already accepted'), {
        code: 'ENOSPC',
      });
      throw new WorldError('accepting a message', { transient: true, cause });
    }
    this.#takenBytes += addedBytes;
  }

  /** What was deleted since the last look counts at once. */
  look(): void {
    this.#spareBytes = Math.min(...this.#paths.map((path) => this.#spareBytesOf(path)));
    this.#takenBytes = 0;
    this.#lookedAtMs = this.#world.nowMs();
  }

  #spareBytesOf(path: string): number {
    const { bavail, blocks, bsize } = this.#world.statfs(path);
    return bavail * bsize - reserveOf(this.#limits, blocks * bsize);
  }
}
