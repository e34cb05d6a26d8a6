// The command line, as an administrator of the running server uses it.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { RunningServer } from './running-server.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/valija');

export interface CommandRun {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export function valija(server: Pick<RunningServer, 'configFile'>, ...args: readonly string[]): Promise<CommandRun> {
  return valijaWithInput(server, '', ...args);
}

/** What a person would type, or another program would say. */
export function valijaWithInput(
  server: Pick<RunningServer, 'configFile'>,
  input: string,
  ...args: readonly string[]
): Promise<CommandRun> {
  const environment = { ...process.env, LANG: 'C', LC_ALL: 'C' };
  return new Promise((resolve) => {
    const all = ['--config', server.configFile, ...args];
    const child = execFile(PROGRAM, all, { env: environment }, (error, output, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code), output, errors }),
    );
    child.stdin?.end(input);
  });
}

/** Until nothing waits any more. */
export async function queueIsEmpty(server: Pick<RunningServer, 'configFile'>): Promise<boolean> {
  return (await valija(server, 'mailq')).output === 'Mail queue is empty\n';
}
