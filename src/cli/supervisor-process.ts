// Starts the supervisor: in this program's place for `valija serve`, beside it for `valija start` and a lab.

import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { leaveOpen } from '#platform/native/next-program.ts';
import { parseStarterMessage, type StarterMessage } from '#processes/messages.ts';
import { inheritedDescriptors } from '#processes/systemd.ts';

const SUPERVISOR = join(import.meta.dirname, '../processes/supervisor/main.ts');

/** This program becomes the supervisor, under the same process id: nothing of the command line stays behind. */
export function becomeSupervisor(configFile: string): never {
  // What was compiled is kept at a program's exit; this is none.
  flushCompileCache();
  // What systemd has bound is for the supervisor.
  for (const descriptor of inheritedDescriptors(process.env)) leaveOpen(descriptor);
  const program = [process.execPath, ...process.execArgv, SUPERVISOR];
  process.execve?.(process.execPath, [...program, configFile, '--log-to-terminal'], process.env);
  throw new Error('this Node cannot replace a program by another');
}

export interface SupervisorProcess {
  readonly process: ChildProcess;
  /** Its first word: ready, or why not. */
  readonly started: Promise<StarterMessage>;
  /** The exit code of the program, as the shell would say it. */
  readonly ended: Promise<number>;
}

/** With the users and addresses of development. */
export function startSupervisor(configFile: string, options: ForkOptions): SupervisorProcess {
  const child = fork(SUPERVISOR, [configFile, '--log-to-terminal', '--as-started'], options);
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGTERM' || signal === 'SIGINT' ? 0 : 70)));
  });
  return { process: child, started: firstMessage(child), ended };
}

function firstMessage(child: ChildProcess): Promise<StarterMessage> {
  return new Promise((resolve) => {
    child.once('message', (value) => {
      resolve(parseStarterMessage(value) ?? failed('it spoke another version of our own language'));
    });
    child.once('exit', (code, signal) => resolve(failed(`it ended at once (${signal ?? `exit code ${code}`})`)));
  });
}

function failed(text: string): StarterMessage {
  return { kind: 'failed', text: `the server could not start: ${text}`, exitCode: 70 };
}
