// A small file of the system that changes while we run: /etc/resolv.conf, /etc/hosts. Looked at again every few seconds.

import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '#mail/ports/clock.ts';

const LOOKED_AT_EVERY_MS = 5_000;
/** Nobody's hosts file is as large as this; a log or a device that somebody named may be. */
const LARGEST_OCTETS = 4 * 1024 * 1024;

export class FreshFile<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T | Promise<T>;
  readonly #clock: Clock;
  #lookAtMs = Number.NEGATIVE_INFINITY;
  #stamp = '';
  #content: Promise<T> | undefined;

  constructor(path: string, parse: (text: string) => T | Promise<T>, clock: Clock) {
    this.#path = path;
    this.#parse = parse;
    this.#clock = clock;
  }

  /** One that is missing, or cannot be read, is an empty one. */
  read(): Promise<T> {
    const nowMs = this.#clock.nowMs();
    if (this.#content === undefined || nowMs >= this.#lookAtMs) {
      this.#lookAtMs = nowMs + LOOKED_AT_EVERY_MS;
      this.#content = this.#look(this.#content);
    }
    return this.#content;
  }

  async #look(known: Promise<T> | undefined): Promise<T> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#path);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (known !== undefined && stamp === this.#stamp) return await known;
      const text = size > LARGEST_OCTETS ? '' : await readFile(this.#path, 'utf8');
      this.#stamp = stamp;
      return await this.#parse(text);
    } catch {
      this.#stamp = '';
      return this.#parse('');
    }
  }
}
