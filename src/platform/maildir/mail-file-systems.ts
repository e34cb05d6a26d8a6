// The file systems that mail lies on: homes may be mounted, or linked, from anywhere. A checkpoint syncs all of them.

import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export class MailFileSystems {
  readonly #base: string;
  #baseDevice: number | undefined;
  /** By device: a folder there that stays when homes go. */
  readonly #tops = new Map<number, string>();

  constructor(base: string) {
    this.#base = base;
  }

  /** Something will be written there, or where it will be made; says on which device. */
  learn(home: string): number {
    this.#baseDevice = deviceOf(this.#base);
    let there = home;
    while (deviceOf(there) === undefined && there !== dirname(there)) there = dirname(there);
    const { dev } = statSync(there);
    if (!this.#tops.has(dev)) this.#tops.set(dev, topOf(realpathSync(there), dev));
    return dev;
  }

  /** One of each. What was unmounted has been synced by that. */
  paths(): string[] {
    this.#baseDevice = deviceOf(this.#base);
    for (const [device, top] of this.#tops) if (deviceOf(top) !== device) this.#tops.delete(device);
    const others = [...this.#tops].filter(([device]) => device !== this.#baseDevice);
    return [this.#base, ...others.map(([, top]) => top)];
  }

  /** A folder there; `undefined` where it is the base's. Without a look. */
  otherTopOf(device: number): string | undefined {
    return device === this.#baseDevice ? undefined : this.#tops.get(device);
  }
}

/** The highest folder above that can be opened to be synced. */
function topOf(path: string, device: number): string {
  let top = path;
  for (let above = dirname(path); above !== dirname(above) && deviceOf(above) === device; above = dirname(above)) {
    if (isReadable(above)) top = above;
  }
  return top;
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function deviceOf(path: string): number | undefined {
  try {
    return statSync(path).dev;
  } catch {
    // It is away.
    return undefined;
  }
}
