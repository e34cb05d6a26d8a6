// The octets of kept messages: `queue/QUEUE-ID`, one file each, without the prefix. A file gets its name in the same breath as
// its row: until then it is called `QUEUE-ID.new`. What is damaged goes to `queue/damaged/`.

import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { link, open, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { syncDirectoryNow } from '#platform/files/atomic-write.ts';
import { descriptorContent } from '#platform/files/descriptor-content.ts';
import { errnoOf, isMissing } from '#platform/files/errno.ts';
import { syncPath } from '#platform/files/sync-path.ts';

/** Content that lies in a file of its own, already on stable storage: it is linked, not copied. */
export interface LinkableContent extends MessageContent {
  readonly path: string;
}

const NEW = '.new';
const DAMAGED = 'damaged';

export class OctetFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(join(folder, DAMAGED), { recursive: true, mode: 0o700 });
  }

  /** On stable storage when it resolves, but for its name. */
  async write(queueId: string, content: MessageContent): Promise<void> {
    const path = this.#path(queueId, NEW);
    try {
      await rm(path, { force: true });
      if (!(await linked(content, path))) await copy(content, path);
    } catch (cause) {
      await unlink(path).catch(() => undefined);
      throw cause instanceof WorldError
        ? cause
        : new WorldError('keeping a message in the queue', { transient: true, cause });
    }
  }

  async remove(queueId: string): Promise<void> {
    await unlink(this.#path(queueId)).catch((cause) => {
      if (!isMissing(cause)) throw new WorldError('removing a message of the queue', { transient: true, cause });
    });
  }

  /** `undefined`: it is not there, or has not the octets that it should have. */
  open(queueId: string, sizeBytes: number): MessageContent | undefined {
    let descriptor: number;
    try {
      descriptor = openSync(this.#path(queueId), 'r');
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw new WorldError('opening a message of the queue', { transient: true, cause });
    }
    if (fstatSync(descriptor).size === sizeBytes) return descriptorContent(descriptor, sizeBytes);
    closeSync(descriptor);
    return undefined;
  }

  /** In the thread: the name stays when the folder is synced. */
  settle(queueId: string): void {
    renameSync(this.#path(queueId, NEW), this.#path(queueId));
  }

  discard(queueId: string): void {
    rmSync(this.#path(queueId, NEW), { force: true });
  }

  sync(): void {
    syncDirectoryNow(this.#folder);
  }

  /** Ids of the files that are there, read as they are asked for. What never got its name is removed. */
  *names(): Generator<string> {
    using folder = opendirSync(this.#folder);
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      if (!entry.isFile()) continue;
      if (entry.name.endsWith(NEW)) rmSync(join(this.#folder, entry.name), { force: true });
      else yield entry.name;
    }
  }

  sizeOf(queueId: string): number | undefined {
    return statSync(this.#path(queueId), { throwIfNoEntry: false })?.size;
  }

  discardStray(queueId: string): void {
    rmSync(this.#path(queueId), { force: true });
  }

  /** Octets, and what the database knew of them. */
  setAside(queueId: string, rows: string | undefined): string {
    const aside = join(this.#folder, DAMAGED, queueId);
    if (rows !== undefined) writeFileSync(`${aside}.json`, rows, { mode: 0o600 });
    if (existsSync(this.#path(queueId))) renameSync(this.#path(queueId), aside);
    return aside;
  }

  #path(queueId: string, suffix = ''): string {
    return join(this.#folder, queueId + suffix);
  }
}

async function linked(content: MessageContent, path: string): Promise<boolean> {
  if (!('path' in content) || typeof content.path !== 'string') return false;
  try {
    await link(content.path, path);
    return true;
  } catch (cause) {
    // Another file system, one without links, or one that ran out of them for this file.
    if (['EXDEV', 'EPERM', 'EMLINK', 'ENOENT'].includes(errnoOf(cause) ?? '')) return false;
    throw cause;
  }
}

async function copy(content: MessageContent, path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of content.stream()) await file.appendFile(piece);
  } finally {
    await file.close();
  }
  await syncPath(path);
}
