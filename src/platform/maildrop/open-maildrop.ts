// Picks up what users dropped by the `sendmail` command, also while no server ran. Invariants: a file is removed only when
// its message is promised, so a crash in between posts it again and loses nothing; whose message it is says the kernel;
// what cannot be read is set aside and stops nothing else; at most a named number is worked on at once.

import { chmodSync, type FSWatcher, mkdirSync, watch } from 'node:fs';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '#base/thrown.ts';
import type { LocalMessage, Posted } from '#mail/acceptance/posting.ts';
import type { Log } from '#mail/ports/log.ts';
import type { ContentStore } from '#mail/ports/message-content.ts';
import type { SystemUsers } from '#mail/ports/system-users.ts';
import { isFinishedName, isUnfinishedName, MAILDROP_MODE } from './drop-names.ts';
import { type DroppedFile, openDroppedFile } from './dropped-file.ts';
import { takeMessage } from './dropped-message.ts';

export interface MaildropOptions {
  /** `maildrop_directory`: made when missing, mode 1733. */
  readonly folder: string;
  /** Where damaged files go: beside the folder, of the server alone. */
  readonly damagedFolder: string;
  readonly messageSizeLimit: number;
  readonly users: SystemUsers;
  readonly contentStore: ContentStore;
  /** Resolves when the message is promised; throws when it must be tried again later. */
  readonly post: (message: LocalMessage) => Promise<Posted>;
  readonly log: Log;
  readonly limits?: Partial<MaildropLimits>;
}

export interface MaildropLimits {
  readonly atOnce: number;
  /** Looks although nothing was heard: the watch may have missed something. */
  readonly lookEveryMs: number;
  readonly retryAfterMs: number;
  /** Unfinished files that are older were left by a command that was killed. */
  readonly abandonedAfterMs: number;
}

const MAILDROP_LIMITS: MaildropLimits = {
  atOnce: 4,
  lookEveryMs: 10_000,
  retryAfterMs: 60_000,
  abandonedAfterMs: 36 * 3_600_000,
};

export function openMaildrop(options: MaildropOptions): AsyncDisposable {
  mkdirSync(options.folder, { recursive: true });
  chmodSync(options.folder, MAILDROP_MODE);
  return new Maildrop(options);
}

class Maildrop implements AsyncDisposable {
  readonly #options: MaildropOptions;
  readonly #limits: MaildropLimits;
  readonly #watcher: FSWatcher;
  readonly #timer: NodeJS.Timeout;
  /** By name: not before that time. Those that cannot even be set aside stay there for good. */
  readonly #resting = new Map<string, number>();
  #look: Promise<void> = Promise.resolve();
  #isLooking = false;
  #isLookWanted = false;
  #isClosed = false;

  constructor(options: MaildropOptions) {
    this.#options = options;
    this.#limits = { ...MAILDROP_LIMITS, ...options.limits };
    this.#watcher = watch(options.folder, { persistent: false }, () => this.#lookSoon());
    this.#watcher.on('error', (error) => this.#complain('the maildrop folder is no longer watched', error));
    this.#timer = setInterval(() => this.#lookSoon(), this.#limits.lookEveryMs);
    this.#timer.unref();
    this.#lookSoon();
  }

  #lookSoon(): void {
    this.#isLookWanted = true;
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    this.#look = this.#lookOver();
  }

  async #lookOver(): Promise<void> {
    try {
      while (this.#isLookWanted && !this.#isClosed) {
        this.#isLookWanted = false;
        await this.#lookOnce();
      }
    } catch (error) {
      this.#complain('the maildrop folder cannot be looked at', error);
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookOnce(): Promise<void> {
    const names = await readdir(this.#options.folder);
    this.#forgetGone(new Set(names));
    const nowMs = Date.now();
    const due = names.filter((name) => nowMs >= (this.#resting.get(name) ?? 0)).values();
    // Each takes the next name when it is done with one.
    const workers = Array.from({ length: this.#limits.atOnce }, async () => {
      for (const name of due) {
        if (this.#isClosed) return;
        await this.#pickUp(name);
      }
    });
    await Promise.all(workers);
  }

  #forgetGone(names: ReadonlySet<string>): void {
    for (const name of this.#resting.keys()) if (!names.has(name)) this.#resting.delete(name);
  }

  async #pickUp(name: string): Promise<void> {
    const path = join(this.#options.folder, name);
    try {
      if (isUnfinishedName(name)) return await this.#sweep(path);
      if (!isFinishedName(name)) return await this.#setAside(name, 'its name is none of ours');
      const opened = await openDroppedFile(path, this.#options.messageSizeLimit);
      if (!opened.ok) return opened.error.kind === 'gone' ? undefined : await this.#setAside(name, opened.error.reason);
      await using file = opened.value;
      const reason = await this.#postFile(name, file);
      if (reason !== undefined) await this.#setAside(name, reason);
    } catch (error) {
      this.#resting.set(name, Date.now() + this.#limits.retryAfterMs);
      this.#complain('a dropped message is tried again later', error, name);
    }
  }

  /** What is wrong with the file, where nothing could be posted. */
  async #postFile(name: string, file: DroppedFile): Promise<string | undefined> {
    const { users, contentStore, post, log } = this.#options;
    const user = await users.find(file.head.user);
    if (user?.uid !== file.uid)
      return `it says that user ${file.head.user} wrote it, but its owner has uid ${file.uid}`;
    const message = await takeMessage(file, user, contentStore);
    await using _content = message.content;
    const { queueId } = await post(message);
    log.write('info', 'pickup', `${queueId}: uid=${file.uid} from=<${message.sender ?? user.name}>`);
    await this.#remove(name);
    return undefined;
  }

  /** What cannot be removed must not be posted again. */
  async #remove(name: string): Promise<void> {
    try {
      await rm(join(this.#options.folder, name), { force: true });
    } catch (error) {
      this.#resting.set(name, Number.POSITIVE_INFINITY);
      this.#complain(
        'a maildrop file was posted and cannot be removed; the next start would post it again',
        error,
        name,
      );
    }
  }

  async #sweep(path: string): Promise<void> {
    const { mtimeMs } = await lstat(path);
    if (Date.now() - mtimeMs > this.#limits.abandonedAfterMs) await rm(path, { force: true });
  }

  /** A folder of somebody else cannot be moved: it is left alone, and was complained of once. */
  async #setAside(name: string, reason: string): Promise<void> {
    const { folder, damagedFolder, log } = this.#options;
    this.#resting.set(name, Number.POSITIVE_INFINITY);
    const { uid } = await lstat(join(folder, name));
    log.write('warn', 'pickup', `maildrop file ${name} of uid ${uid} is set aside: ${reason}`);
    mkdirSync(damagedFolder, { recursive: true, mode: 0o700 });
    await rename(join(folder, name), join(damagedFolder, name)).catch((error: unknown) => {
      this.#complain('a maildrop file cannot be set aside', error, name);
    });
  }

  #complain(text: string, error: unknown, file?: string): void {
    const reason = messageOf(error);
    this.#options.log.write('error', 'pickup', text, { file, reason });
  }

  /** What is being posted is finished first. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#watcher.close();
    clearInterval(this.#timer);
    await this.#look;
  }
}
