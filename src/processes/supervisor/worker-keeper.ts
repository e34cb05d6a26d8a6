// Keeps one worker running: hands it sockets, secrets and settings, and does so again with the next one when it ends.
// One that keeps ending is started less and less often.

import type { ChildProcess, SendHandle } from 'node:child_process';
import { formatMessage, parseWorkerMessage, type SocketUse, type SupervisorMessage } from '../messages.ts';
import { ROSTER } from '../roster.ts';
import type { Credentials } from './privileges.ts';
import type { Settings } from './settings.ts';
import { startProcess } from './start-process.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
/** A worker that ran so long had no trouble of its beginning. */
const SOUND_AFTER_MS = 60_000;
/** Beyond the worker's own grace; then it is killed. */
const STOP_TIMEOUT_MS = 15_000;
const MOST_WAITING_NOTES = 100;

export interface Handover {
  readonly settings: Settings;
  readonly sockets: readonly SocketUse[];
}

/** What became of a handover. */
export type Outcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string; readonly exitCode: number }
  | { readonly kind: 'gone'; readonly text: string };

export interface KeeperOptions {
  readonly args: readonly string[];
  readonly credentials: Credentials | undefined;
  handle(id: number): SendHandle;
  /** A worker serves that replaces another. */
  replaced(pid: number): void;
  /** The worker answered a ping. */
  alive(): void;
}

type Level = 'info' | 'warn' | 'error';
type Note = Extract<SupervisorMessage, { kind: 'note' }>;

export class WorkerKeeper {
  readonly #options: KeeperOptions;
  #child: ChildProcess | undefined;
  #handed = new Set<number>();
  #answer: PromiseWithResolvers<Outcome> | undefined;
  /** What the next worker gets; `undefined` until one has been ready. */
  #current: Handover | undefined;
  #startedMs = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #stopping = false;
  #ended = Promise.withResolvers<void>();
  #notes: Note[] = [];

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#start();
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** To the worker there is: its first settings, or a change. Where none runs at the moment, to the next. */
  async apply(handover: Handover): Promise<Outcome> {
    while (this.#answer !== undefined) await this.#answer.promise;
    if (this.#child === undefined) {
      this.#current = handover;
      return { kind: 'ready' };
    }
    const { settings, sockets } = handover;
    this.#answer = Promise.withResolvers<Outcome>();
    const { promise } = this.#answer;
    for (const { id } of sockets) {
      if (!this.#handed.has(id)) this.#tell({ kind: 'socket', id }, this.#options.handle(id));
      this.#handed.add(id);
    }
    for (const { file, content } of settings.secrets) this.#tell({ kind: 'secret', file, content });
    this.#tell({ kind: 'settings', text: settings.text, sockets });
    const outcome = await promise;
    if (outcome.kind === 'ready') {
      this.#current = handover;
      for (const note of this.#notes.splice(0)) this.#tell(note);
    } else if (outcome.kind === 'refused') {
      for (const { id } of sockets) if (!this.#isCurrent(id)) this.#handed.delete(id);
    }
    return outcome;
  }

  /** The settings in force once more: files that they name may say something new. */
  async applyAgain(): Promise<void> {
    if (this.#current !== undefined) await this.apply(this.#current);
  }

  /** For the log, now or from the next worker. */
  note(level: Level, text: string): void {
    const note: Note = { kind: 'note', level, text };
    if (this.#child !== undefined && this.#current !== undefined && this.#answer === undefined) this.#tell(note);
    else if (this.#notes.length < MOST_WAITING_NOTES) this.#notes.push(note);
  }

  ping(): void {
    this.#tell({ kind: 'ping' });
  }

  /** The sessions that are open may end; resolves when the worker has. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#child === undefined) return;
    this.#tell({ kind: 'stop' });
    const timer = setTimeout(() => this.kill(), STOP_TIMEOUT_MS);
    await this.#ended.promise;
    clearTimeout(timer);
  }

  kill(): void {
    this.#stopping = true;
    this.#child?.kill('SIGKILL');
  }

  #isCurrent(id: number): boolean {
    return this.#current?.sockets.some((socket) => socket.id === id) === true;
  }

  #start(): void {
    const child = startProcess(ROSTER.worker, this.#options.args, this.#options.credentials);
    this.#child = child;
    this.#handed = new Set();
    this.#ended = Promise.withResolvers();
    this.#startedMs = Date.now();
    child.on('message', (value) => this.#hear(value));
    child.once('error', (error) => this.#gone(child, error.message));
    child.once('exit', (code, signal) => this.#gone(child, signal ?? `exit code ${code}`));
  }

  #tell(message: SupervisorMessage, handle?: SendHandle): void {
    // One that has just ended cannot be told; its exit says so.
    this.#child?.send(formatMessage(message), handle, { keepOpen: true }, () => undefined);
  }

  #hear(value: unknown): void {
    const message = parseWorkerMessage(value);
    if (message === undefined) return;
    if (message.kind === 'pong') this.#options.alive();
    else this.#settle(message);
  }

  #settle(outcome: Outcome): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.resolve(outcome);
  }

  #gone(child: ChildProcess, how: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#ended.resolve();
    this.#settle({ kind: 'gone', text: how });
    if (this.#stopping || this.#current === undefined) return;
    if (Date.now() - this.#startedMs > SOUND_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.note('error', `the worker (pid ${child.pid}) ended: ${how}; the next starts in ${this.#pauseMs} ms`);
    setTimeout(() => void this.#replace(this.#current), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  async #replace(current: Handover | undefined): Promise<void> {
    if (this.#stopping || current === undefined) return;
    this.#start();
    const outcome = await this.apply(current);
    if (outcome.kind === 'ready') this.#options.replaced(this.pid);
    else if (outcome.kind !== 'gone') this.note('error', `the new worker could not start: ${outcome.text}`);
  }
}
