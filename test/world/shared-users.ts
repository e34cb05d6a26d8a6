// Users of the machine that programs expect under one name, for all tests that run as root at this moment: the first to come
// makes whoever is missing, the last to go removes them again. What was on the machine before stays.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addUser, removeUser } from './machine-user.ts';
import { isRunning } from './process-table.ts';
import { until } from './until.ts';

const FOLDER = join(tmpdir(), 'valija-test-users');
/** An abstract socket: the kernel gives it to one process, and takes it back with it. */
const TURN = '\0valija-test-users';

let taken = 0;

/** `options` are those of useradd(8). */
export async function shareUsers(users: readonly string[], ...options: readonly string[]): Promise<AsyncDisposable> {
  const share = `${process.pid}.${++taken}`;
  await inTurn(async () => {
    for (const user of users) {
      mkdirSync(join(FOLDER, user), { recursive: true });
      if (!isUser(user)) {
        await addUser(user, ...options);
        writeFileSync(madeFile(user), '');
      }
      writeFileSync(join(FOLDER, user, share), '');
    }
  });
  return { [Symbol.asyncDispose]: () => inTurn(() => giveBack(users, share)) };
}

/** While nobody makes or removes any. */
export async function inTurn<T>(work: () => T | Promise<T>): Promise<T> {
  const turn = await until('a turn to change users', takeTurn, PATIENCE_MS);
  try {
    return await work();
  } finally {
    turn.close();
  }
}

const PATIENCE_MS = 300_000;

export function isUser(user: string): boolean {
  return new RegExp(`^${user}:`, 'm').test(readFileSync('/etc/passwd', 'utf8'));
}

async function giveBack(users: readonly string[], share: string): Promise<void> {
  for (const user of users) {
    rmSync(join(FOLDER, user, share));
    const isShared = readdirSync(join(FOLDER, user)).some((name) => isRunning(Number.parseInt(name, 10)));
    if (isShared || !existsSync(madeFile(user))) continue;
    await removeUser(user);
    rmSync(join(FOLDER, user), { recursive: true });
  }
}

const madeFile = (user: string) => join(FOLDER, user, 'made');

function takeTurn(): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: TURN }, () => resolve(server));
  });
}
