// A user of the machine for the time of a test that runs as root.

import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 90_000;
/** Somebody else is changing /etc/passwd at this moment, or a process of the user is not yet gone. */
const LOCKED = [1, 8, 10];

export interface MachineUser extends AsyncDisposable {
  readonly user: string;
}

export async function addUser(user: string, ...options: readonly string[]): Promise<MachineUser> {
  const home = options.includes('--create-home') ? [] : ['--no-create-home'];
  await change('useradd', ['--system', '--user-group', ...home, ...options, user]);
  return { user, [Symbol.asyncDispose]: () => removeUser(user) };
}

export function removeUser(user: string): Promise<void> {
  // Whatever of theirs still runs keeps the account.
  return change('userdel', [user], () => spawnSync('pkill', ['-KILL', '-u', user]));
}

async function change(program: string, args: readonly string[], prepare?: () => void): Promise<void> {
  for (const endMs = performance.now() + PATIENCE_MS; ; await delay(100)) {
    prepare?.();
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    if (status === 0) return;
    if (!LOCKED.includes(status ?? 0) || performance.now() > endMs) throw new Error(`${program}: ${stderr}`);
  }
}
