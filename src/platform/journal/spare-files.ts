// Files of settled segments, for the next segments to be written over. A new file's octets cost a page of the kernel's cache
// each four kilobytes, and are written to the disk twice, first as zeros (`open-segment.ts`); one that is there costs neither.
//
// What it holds cannot be taken for records of the next segment: a record's checksum begins with its own segment's salt.

import { closeSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const SPARE = '.spare';

interface SpareFile {
  readonly path: string;
  readonly bytes: number;
}

export class SpareFiles {
  readonly #mostBytes: number;
  /** The oldest first: one that a burst has left is soon cut to what is needed now. */
  readonly #files: SpareFile[] = [];
  #bytes = 0;

  /** Nobody knows what those of a former run hold. */
  constructor(folder: string, mostBytes: number) {
    this.#mostBytes = mostBytes;
    for (const file of readdirSync(folder)) if (file.endsWith(SPARE)) rmSync(join(folder, file), { force: true });
  }

  hasPlaceFor(bytes: number): boolean {
    return bytes > 0 && this.#bytes + bytes <= this.#mostBytes;
  }

  /** The file bears this name, and on the disk too: were it a segment again after a power cut, its messages would come back. */
  add(path: string, bytes: number): void {
    this.#files.push({ path, bytes });
    this.#bytes += bytes;
  }

  /** Gives one this name, and its descriptor; `undefined` where none can be had. */
  reopenAs(path: string): number | undefined {
    const spare = this.#files.shift();
    if (spare === undefined) return undefined;
    this.#bytes -= spare.bytes;
    let descriptor: number | undefined;
    try {
      // Before it is a segment: an empty one would stay where no descriptor can be had.
      descriptor = openSync(spare.path, 'r+');
      renameSync(spare.path, path);
      return descriptor;
    } catch {
      // Somebody tidied the folder; or what is wrong with the disk a new file will say.
      if (descriptor !== undefined) closeSync(descriptor);
      rmSync(spare.path, { force: true });
      return undefined;
    }
  }

  /** The disk is short, or the server ends. */
  remove(): void {
    for (const { path } of this.#files.splice(0)) rmSync(path, { force: true });
    this.#bytes = 0;
  }
}

export function spareNameOf(path: string): string {
  return path.endsWith(SPARE) ? path : `${path}${SPARE}`;
}
