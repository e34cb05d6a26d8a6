// Starts the server's process and listens to what it says of itself.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { parseWorkerMessage, type WorkerMessage } from '#processes/messages.ts';

const WORKER = join(import.meta.dirname, '../processes/worker/main.ts');

export interface WorkerProcess {
  /** Its first word: ready, or why not. */
  readonly started: Promise<WorkerMessage>;
  /** The exit code of the program, as the shell would say it. */
  readonly ended: Promise<number>;
}

export interface WorkerOptions {
  readonly configFile: string;
  /** The log also on standard error. */
  readonly logToTerminal: boolean;
}

/** SIGTERM, SIGINT and SIGHUP of this program are handed on. */
export function startWorker({ configFile, logToTerminal }: WorkerOptions): WorkerProcess {
  const child = fork(WORKER, [configFile, ...(logToTerminal ? ['--log-to-terminal'] : [])], { stdio: 'inherit' });
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGTERM' || signal === 'SIGINT' ? 0 : 70)));
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return { started: firstMessage(child), ended };
}

function firstMessage(child: ChildProcess): Promise<WorkerMessage> {
  return new Promise((resolve) => {
    child.once('message', (value) => {
      resolve(parseWorkerMessage(value) ?? failed('it spoke another version of our own language'));
    });
    child.once('exit', (code, signal) => resolve(failed(`it ended at once (${signal ?? `exit code ${code}`})`)));
  });
}

function failed(text: string): WorkerMessage {
  return { version: 1, kind: 'failed', text: `the server could not start: ${text}`, exitCode: 70 };
}
