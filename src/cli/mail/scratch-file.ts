// A file without a name in the folder for temporary files, gone with the process: a copy of the mailbox as it was when it was
// opened, whatever others do to it meanwhile, or a message that is being written. Synchronous: one person waits for it.

import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PIECE_BYTES = 256 * 1024;

export interface OctetRange {
  readonly start: number;
  readonly end: number;
}

export class ScratchFile implements Disposable {
  readonly #descriptor: number;
  #size = 0;

  constructor() {
    const path = join(tmpdir(), `mail-${randomUUID()}`);
    this.#descriptor = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
  }

  get size(): number {
    return this.#size;
  }

  append(octets: Buffer): OctetRange {
    const start = this.#size;
    for (let done = 0; done < octets.length; ) {
      done += writeSync(this.#descriptor, octets, done, octets.length - done, start + done);
    }
    this.#size = start + octets.length;
    return { start, end: this.#size };
  }

  /** All of a file that is there. */
  appendFile(path: string): OctetRange {
    const start = this.#size;
    const descriptor = openSync(path, 'r');
    try {
      if (fstatSync(descriptor).isDirectory()) throw Object.assign(new Error(path), { code: 'EISDIR' });
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      for (let read = 1; read > 0; ) {
        read = readSync(descriptor, piece);
        this.append(piece.subarray(0, read));
      }
    } finally {
      closeSync(descriptor);
    }
    return { start, end: this.#size };
  }

  read({ start, end }: OctetRange): Buffer {
    const octets = Buffer.allocUnsafe(Math.max(0, Math.min(end, this.#size) - start));
    let filled = 0;
    while (filled < octets.length) {
      const read = readSync(this.#descriptor, octets, filled, octets.length - filled, start + filled);
      if (read === 0) break;
      filled += read;
    }
    return octets.subarray(0, filled);
  }

  /** Each piece is the caller's own. */
  *pieces({ start, end }: OctetRange = { start: 0, end: this.#size }): Generator<Buffer> {
    for (let at = start; at < end; at += PIECE_BYTES) {
      yield this.read({ start: at, end: Math.min(end, at + PIECE_BYTES) });
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}
