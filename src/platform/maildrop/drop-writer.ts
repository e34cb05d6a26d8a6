// Puts one message into the maildrop folder, as whoever runs the command: written under a temporary name, fsynced, then
// renamed. What has its name is whole; whoever is killed before leaves a temporary file, which the server removes later.

import { constants, type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../files/errno.ts';
import { syncPath } from '../files/sync-path.ts';
import { type DropHead, formatDropHead } from './drop-head.ts';
import { freshDropName, unfinishedName } from './drop-names.ts';

/** The server is another user and must read it; nobody else finds the name. */
const FILE_MODE = 0o644;

export class DropWriter implements AsyncDisposable {
  readonly #folder: string;
  readonly #name: string;
  readonly #file: FileHandle;
  #isFinished = false;

  private constructor(folder: string, name: string, file: FileHandle) {
    this.#folder = folder;
    this.#name = name;
    this.#file = file;
  }

  /** Throws what the file system says. */
  static async open(folder: string, head: DropHead): Promise<DropWriter> {
    const name = freshDropName();
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const file = await open(join(folder, unfinishedName(name)), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
    const writer = new DropWriter(folder, name, file);
    try {
      // The umask of whoever calls may be stricter.
      await file.chmod(FILE_MODE);
      await writer.write(formatDropHead(head));
    } catch (cause) {
      await writer[Symbol.asyncDispose]();
      throw cause;
    }
    return writer;
  }

  async write(octets: Buffer): Promise<void> {
    // `writeFile` of a handle goes on where it stands, and writes all.
    await this.#file.writeFile(octets);
  }

  /** On stable storage, and the server's to pick up, when it resolves. */
  async finish(): Promise<void> {
    await this.#file.sync();
    await rename(join(this.#folder, unfinishedName(this.#name)), join(this.#folder, this.#name));
    this.#isFinished = true;
    await this.#syncFolder();
  }

  /** Users may not open the folder for reading, so the rename is synced by syncing the file once more. */
  async #syncFolder(): Promise<void> {
    try {
      await syncPath(this.#folder);
    } catch (cause) {
      if (errnoOf(cause) !== 'EACCES') throw cause;
      await this.#file.sync();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
    if (!this.#isFinished) await rm(join(this.#folder, unfinishedName(this.#name)), { force: true });
  }
}
