// A process that the supervisor started, as long as it runs: what it says arrives checked, and what cannot be said to it,
// for it has just ended, is lost; its end says so.

import type { ChildProcess, SendHandle } from 'node:child_process';
import { type ChildMessage, formatMessage, parseChildMessage, type SupervisorMessage } from '../messages.ts';
import { ROSTER, type RoleName } from '../roster.ts';
import type { Credentials } from './privileges.ts';
import { startProcess } from './start-process.ts';

export interface ChildOptions {
  readonly role: RoleName;
  /** Whose mailbox process it is. */
  readonly user?: string;
  readonly args: readonly string[];
  readonly credentials: Credentials | undefined;
  heard(message: ChildMessage): void;
}

export class Child {
  readonly role: RoleName;
  readonly user: string | undefined;
  /** Resolves with how: a signal, an exit code, or why it could not be started. */
  readonly ended: Promise<string>;
  readonly startedMs = Date.now();
  readonly #process: ChildProcess;

  constructor({ role, user, args, credentials, heard }: ChildOptions) {
    this.role = role;
    this.user = user;
    const child = startProcess(ROSTER[role], args, credentials);
    this.#process = child;
    child.on('message', (value) => {
      const message = parseChildMessage(value);
      if (message !== undefined) heard(message);
    });
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  tell(message: SupervisorMessage, handle?: SendHandle): void {
    this.#process.send(formatMessage(message), handle, { keepOpen: true }, () => undefined);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
