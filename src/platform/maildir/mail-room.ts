// Whether a message has room wherever it will be written: in the journal, in whatever takes it over, and in the homes of its
// accounts. A full disk of some homes refuses mail for those alone.

import { mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { LOOK_EVERY_MS, MACHINE, Room, type RoomLimits, type RoomWorld } from '#platform/journal/room.ts';
import type { MailFileSystems } from './mail-file-systems.ts';

/** What is unmounted says so itself when it is written to. */
const MAY_BE_AWAY: RoomWorld = {
  ...MACHINE,
  statfs(path) {
    try {
      return MACHINE.statfs(path);
    } catch {
      return { bavail: Number.POSITIVE_INFINITY, blocks: 0, bsize: 1 };
    }
  },
};

export interface MailRoomOptions {
  /** Whatever is accepted is written there; made when missing. */
  readonly folders: readonly string[];
  readonly fileSystems: Pick<MailFileSystems, 'otherTopOf'>;
  readonly limits: RoomLimits;
  /** In the journal, and not settled. */
  promisedBytes(): number;
  /** What the journal keeps may be all that fills the disk. */
  settle(): Promise<void>;
}

export class MailRoom {
  readonly #options: MailRoomOptions;
  readonly #everywhere: Room;
  /** By device. */
  readonly #homes = new Map<number, Room>();
  #making: Promise<void> | undefined;
  #madeAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: MailRoomOptions) {
    const { folders, limits } = options;
    for (const folder of folders) mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#options = options;
    this.#everywhere = new Room(folders, limits);
  }

  /** `devices`: of each copy's home. Throws a WorldError with ENOSPC. */
  async check(sizeBytes: number, devices: readonly number[]): Promise<void> {
    try {
      this.#check(sizeBytes, devices);
    } catch {
      await this.#makeRoom();
      this.#check(sizeBytes, devices);
    }
  }

  #check(sizeBytes: number, devices: readonly number[]): void {
    const promisedBytes = this.#options.promisedBytes();
    this.#everywhere.check(promisedBytes, sizeBytes * (1 + devices.length));
    for (const device of devices) this.#roomOf(device)?.check(promisedBytes, sizeBytes);
  }

  /** Of homes that lie elsewhere than most. */
  #roomOf(device: number): Room | undefined {
    const top = this.#options.fileSystems.otherTopOf(device);
    if (top === undefined) this.#homes.delete(device);
    else if (!this.#homes.has(device)) this.#homes.set(device, new Room([top], this.#options.limits, MAY_BE_AWAY));
    return this.#homes.get(device);
  }

  /** Once for all that wait for it, and not at once again: a full disk is asked for no more than one that is not. */
  #makeRoom(): Promise<void> {
    this.#making ??= this.#settleAndLook().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #settleAndLook(): Promise<void> {
    const waitMs = this.#madeAtMs + LOOK_EVERY_MS - performance.now();
    if (waitMs > 0) await delay(waitMs);
    await this.#options.settle();
    for (const room of [this.#everywhere, ...this.#homes.values()]) room.look();
    this.#madeAtMs = performance.now();
  }
}
