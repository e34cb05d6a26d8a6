// A process that the supervisor started, as long as it runs: what it says arrives checked, and what cannot be said to it,
// for it has just ended, is lost; its end says so. One that a machine at its limits did not start has ended at once.

import type { ChildProcess, SendHandle } from 'node:child_process';
import { type ChildMessage, formatMessage, parseChildMessage, type SupervisorMessage } from '../messages.ts';
import type { RoleName } from '../roster.ts';

/** Beyond its own grace; then it is killed. */
const STOP_TIMEOUT_MS = 15_000;

export interface ChildOptions {
  readonly role: RoleName;
  /** Whose mailbox process it is. */
  readonly user?: string;
  heard(message: ChildMessage): void;
}

export class Child {
  readonly role: RoleName;
  readonly user: string | undefined;
  /** Resolves with how: a signal, an exit code, or why it could not be started. */
  readonly ended: Promise<string>;
  readonly startedMs = Date.now();
  readonly #process: ChildProcess | undefined;

  constructor(start: () => ChildProcess, { role, user, heard }: ChildOptions) {
    this.role = role;
    this.user = user;
    let started: ChildProcess;
    try {
      started = start();
    } catch (error) {
      this.ended = Promise.resolve(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#process = started;
    started.on('message', (value) => {
      const message = parseChildMessage(value);
      if (message !== undefined) heard(message);
    });
    this.ended = new Promise((resolve) => {
      started.once('error', (error) => resolve(error.message));
      started.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  tell(message: SupervisorMessage, handle?: SendHandle): void {
    // One that was never started has no such function.
    if (this.#process?.connected !== true) return;
    this.#process.send(formatMessage(message), handle, { keepOpen: true }, () => undefined);
  }

  /** What is open may end, bounded; resolves when the process has. */
  async stop(): Promise<void> {
    this.tell({ kind: 'stop' });
    const timer = setTimeout(() => this.kill(), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#process?.kill('SIGKILL');
  }
}
