// Asks the system's databases by `getent`, so that every source it is configured with (files, LDAP, …) is asked as all
// programs ask it. One process a question, no shell, few at a time, each with a time limit.

import { execFile } from 'node:child_process';
import { WorldError } from '#base/world-error.ts';
import { type AskNameService, openNameService } from '#platform/native/name-service.ts';
import { MissingNames } from './missing-names.ts';

export interface GetentLimits {
  readonly timeoutMs: number;
  readonly atOnce: number;
  readonly waiting: number;
}

const GETENT_LIMITS: GetentLimits = { timeoutMs: 5_000, atOnce: 8, waiting: 512 };

export type Database = 'passwd' | 'shadow' | 'group';

/**
 * The line of the database, without its line end; `undefined` where all its sources say that there is none. Throws WorldError.
 */
export type Getent = (database: Database, name: string) => Promise<string | undefined>;

const NOT_FOUND = 2;
const LONGEST_LINE_BYTES = 64 * 1024;
const LONGEST_NAME_CHARS = 256;

/**
 * Names that a login may have. A number is none: the database would be asked for a user id. Nothing begins with a hyphen,
 * nothing holds what parts the fields of a line.
 */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@+-]*\$?$/;

export function mayBeLoginName(name: string): boolean {
  return name.length <= LONGEST_NAME_CHARS && NAME.test(name) && !/^[0-9]+$/.test(name);
}

export function openGetent(
  program = '/usr/bin/getent',
  limits: GetentLimits = GETENT_LIMITS,
  openService: () => AskNameService = openNameService,
): Getent {
  const waiting: (() => void)[] = [];
  let running = 0;
  let service: AskNameService | undefined;
  const missing = new MissingNames(() => (service ??= openService()), limits.timeoutMs);
  const takeTurn = async (): Promise<void> => {
    if (running >= limits.atOnce) {
      if (waiting.length >= limits.waiting) throw failure('too many questions wait');
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    running++;
  };
  return async (database, name) => {
    await takeTurn();
    try {
      const line = await askOnce(program, limits.timeoutMs, database, name);
      if (line === undefined) await missing.confirm(database, name);
      return line;
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}

function askOnce(program: string, timeoutMs: number, database: Database, name: string): Promise<string | undefined> {
  const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: LONGEST_LINE_BYTES } as const;
  return new Promise((resolve, reject) => {
    execFile(program, [database, '--', name], { ...options, env: { LC_ALL: 'C' }, cwd: '/' }, (error, stdout) => {
      if (error === null) resolve(stdout.split('\n', 1)[0]);
      else if (error.code === NOT_FOUND) resolve(undefined);
      else reject(failure(error.killed === true ? `no answer within ${timeoutMs} ms` : error.message));
    });
  });
}

function failure(text: string): WorldError {
  return new WorldError('asking the system for a user', { transient: true, cause: new Error(text) });
}
