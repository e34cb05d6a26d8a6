// A server of another make, private to a test: a folder of its own, which goes with it, and a process that can be ended, or
// stopped so that it hangs.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listProc, readProc } from '../world/proc-files.ts';
import { until } from '../world/until.ts';

export interface ServerProgram extends AsyncDisposable {
  readonly folder: string;
  /** Connections are taken by the kernel, and nobody answers. */
  hang(): Promise<void>;
  goOn(): void;
  /** SIGKILL; its files stay. */
  end(): Promise<void>;
  start(): Promise<void>;
}

export interface ProgramPlan {
  readonly file: string;
  readonly args: readonly string[];
  readonly port: number;
  /** Programs that run for nobody's sake as root. */
  readonly user?: string;
}

export function makeFolder(name: string, user?: string): string {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  chmodSync(folder, 0o755);
  if (user !== undefined && process.getuid?.() === 0) spawnSync('chown', [user, folder]);
  return folder;
}

/** `folder` goes with the program. */
export async function startProgram(folder: string, plan: ProgramPlan): Promise<ServerProgram> {
  let child: ChildProcess;
  const start = async () => {
    child = launch(plan);
    await until(`${plan.file} on port ${plan.port}`, () => {
      if (child.exitCode !== null) throw new Error(`${plan.file} ended with ${child.exitCode}`);
      return answers(plan.port);
    });
  };
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    folder,
    async hang() {
      const family = signalFamily(child, 'SIGSTOP');
      await until(`${plan.file} to stand still`, () => family.every(standsStill));
    },
    goOn: () => void signalFamily(child, 'SIGCONT'),
    end,
    start,
    async [Symbol.asyncDispose]() {
      await end();
      // Processes that it has started may end a moment after it.
      rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
    },
  };
}

/** As somebody else, where we are root and the program must not be. */
export function launch({ file, args, user }: Pick<ProgramPlan, 'file' | 'args' | 'user'>): ChildProcess {
  const other =
    user !== undefined && process.getuid?.() === 0
      ? ['setpriv', '--reuid', user, '--regid', user, '--clear-groups', '--']
      : [];
  const [first = file, ...rest] = [...other, file, ...args];
  return spawn(first, rest, { stdio: 'ignore' });
}

export function runOnce(plan: Pick<ProgramPlan, 'file' | 'args' | 'user'>): Promise<void> {
  const child = launch(plan);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${plan.file} ended with ${code}`))));
  });
}

/** PostgreSQL has a process for each connection. */
function signalFamily({ pid = 0 }: ChildProcess, signal: NodeJS.Signals): number[] {
  const children = spawnSync('/usr/bin/pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean);
  const family = [pid, ...children.map(Number)];
  for (const member of family) process.kill(member, signal);
  return family;
}

/** A thread may still have answered after the signal was sent. */
function standsStill(pid: number): boolean {
  const threads = listProc(`/proc/${pid}/task`);
  return threads.every((thread) => /\) [Tt] /.test(readProc(`/proc/${pid}/task/${thread}/stat`)));
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
