// Keeps one process of the roster running: hands it sockets, secrets and settings, and does so again with the next one
// when it ends. One that keeps ending is started less and less often. The end of one is no other's.

import type { SendHandle } from 'node:child_process';
import type { ChildMessage, SocketUse, SupervisorMessage } from '../messages.ts';
import { ROSTER, type RoleName } from '../roster.ts';
import { Child } from './child.ts';
import type { Introductions } from './introductions.ts';
import type { Credentials } from './privileges.ts';
import type { Secret, Settings } from './settings.ts';
import { startProcess } from './start-process.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
/** One that ran so long had no trouble of its beginning. */
const SOUND_AFTER_MS = 60_000;

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

export type Level = 'info' | 'warn' | 'error';

/** What a process asks of the supervisor. */
export type Request = Extract<ChildMessage, { kind: 'want-mailbox' | 'make-spool' }>;

export interface KeeperOptions {
  readonly role: RoleName;
  readonly args: readonly string[];
  readonly credentials: Credentials | undefined;
  readonly introductions: Introductions;
  handle(id: number): SendHandle;
  /** It is content with what it got. */
  ready(): void;
  /** One serves that replaces another. */
  replaced(pid: number): void;
  /** It answered a ping. */
  alive(): void;
  /** For the log. */
  note(level: Level, text: string): void;
  asked(request: Request, child: Child): void;
}

export class ProcessKeeper {
  readonly #options: KeeperOptions;
  #credentials: Credentials | undefined;
  readonly #getsSettings: boolean;
  #child: Child | undefined;
  #handed = new Set<number>();
  #answer: PromiseWithResolvers<Outcome> | undefined;
  /** What the next one gets; `undefined` until one has been ready. */
  #current: Handover | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #stopping = false;
  #lastEnd = '';

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#credentials = options.credentials;
    const gets: readonly string[] = ROSTER[options.role].gets;
    this.#getsSettings = gets.includes('settings');
    this.#start();
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** It runs with settings, and none are on their way. */
  get isServing(): boolean {
    return this.#child !== undefined && this.#current !== undefined && this.#answer === undefined;
  }

  /** What the process got last and was content with. */
  get current(): Handover | undefined {
    return this.#current;
  }

  /** To the process there is: its first settings, or a change. Where none runs at the moment, to the next. */
  async apply(handover: Handover, again = false): Promise<Outcome> {
    while (this.#answer !== undefined) await this.#answer.promise;
    if (this.#child === undefined) {
      // The very first has ended before it got anything.
      if (this.#current === undefined) return { kind: 'gone', text: this.#lastEnd };
      this.#current = handover;
      return { kind: 'ready' };
    }
    const { settings, sockets } = handover;
    this.#answer = Promise.withResolvers<Outcome>();
    const { promise } = this.#answer;
    for (const { id } of sockets) {
      if (!this.#handed.has(id)) this.tell({ kind: 'socket', id }, this.#options.handle(id));
      this.#handed.add(id);
    }
    this.#tellSecrets(settings.secrets);
    this.tell({ kind: 'settings', text: settings.text, sockets, again });
    const outcome = await promise;
    if (outcome.kind === 'ready') {
      this.#current = handover;
      this.#options.ready();
    }
    // It has closed what it does not use.
    if (outcome.kind !== 'gone') this.#handed = new Set(this.#current?.sockets.map(({ id }) => id));
    return outcome;
  }

  /** Before it gets its first settings: another in its place, as somebody else. */
  async startAs(credentials: Credentials): Promise<void> {
    const former = this.#child;
    former?.kill();
    await former?.ended;
    this.#credentials = credentials;
    this.#start();
  }

  /** The settings in force once more: files that they name may say something new. */
  async applyAgain(): Promise<void> {
    if (this.#current !== undefined) await this.apply(this.#current, true);
  }

  /** What only root can read has changed: it is handed over again, and nothing else. */
  renewSecrets(secrets: readonly Secret[]): void {
    // Settings that are on their way bring their own.
    if (this.#current === undefined || this.#answer !== undefined) return;
    const { settings, sockets } = this.#current;
    this.#current = { settings: { ...settings, secrets }, sockets };
    this.#tellSecrets(secrets);
    this.tell({ kind: 'secrets-renewed' });
  }

  #tellSecrets(secrets: readonly Secret[]): void {
    for (const { file, content } of secrets) this.tell({ kind: 'secret', file, content });
  }

  tell(message: SupervisorMessage, handle?: SendHandle): void {
    this.#child?.tell(message, handle);
  }

  /** What is open may end; resolves when the process has. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#child?.stop();
  }

  kill(): void {
    this.#stopping = true;
    this.#child?.kill();
  }

  #start(): void {
    const { role, args, introductions } = this.#options;
    const start = () => startProcess(ROSTER[role], args, this.#credentials);
    const child = new Child(start, { role, heard: (message) => this.#hear(child, message) });
    this.#child = child;
    this.#handed = new Set();
    introductions.started(child);
    void child.ended.then((how) => this.#gone(child, how));
  }

  #hear(child: Child, message: ChildMessage): void {
    switch (message.kind) {
      case 'pong':
        this.#options.alive();
        break;
      case 'ready':
      case 'refused':
      case 'failed':
        this.#settle(message);
        break;
      case 'want-mailbox':
      case 'make-spool':
        this.#options.asked(message, child);
        break;
      case 'connected':
        break;
      default:
        message satisfies never;
    }
  }

  #settle(outcome: Outcome): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.resolve(outcome);
  }

  #gone(child: Child, how: string): void {
    const { role, introductions, note } = this.#options;
    this.#child = undefined;
    this.#lastEnd = how;
    introductions.ended(child);
    this.#settle({ kind: 'gone', text: how });
    if (this.#stopping || (this.#getsSettings && this.#current === undefined)) return;
    if (Date.now() - child.startedMs > SOUND_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS;
    note('error', `the ${role} (pid ${child.pid}) ended: ${how}; the next starts in ${this.#pauseMs} ms`);
    setTimeout(() => void this.#replace(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  async #replace(): Promise<void> {
    if (this.#stopping) return;
    this.#start();
    if (this.#current === undefined) return;
    const outcome = await this.apply(this.#current);
    if (outcome.kind === 'ready') this.#options.replaced(this.pid);
    else if (outcome.kind !== 'gone') {
      this.#options.note('error', `the new ${this.#options.role} could not start: ${outcome.text}`);
    }
  }
}
