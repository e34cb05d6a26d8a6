// The file systems that mail lies on: homes may be mounted, or linked, from anywhere. A checkpoint syncs all of them.

import { statSync } from 'node:fs';

export class MailFileSystems {
  readonly #base: string;
  /** By device: a home that lies there. */
  readonly #homes = new Map<number, string>();

  constructor(base: string) {
    this.#base = base;
  }

  /** Something will be written there. */
  learn(home: string): void {
    this.#homes.set(statSync(home).dev, home);
  }

  /** One of each. What was unmounted has been synced by that. */
  paths(): string[] {
    const baseDevice = deviceOf(this.#base);
    for (const [device, home] of this.#homes) if (deviceOf(home) !== device) this.#homes.delete(device);
    const others = [...this.#homes].filter(([device]) => device !== baseDevice);
    return [this.#base, ...others.map(([, home]) => home)];
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
