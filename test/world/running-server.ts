// A whole server of one's own: a state in a temporary folder, every service on a port of the system's choice, the demo
// domain with two accounts or what the test gives. What `npm start` does, without the fixed ports.

import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { DEMO_ACCOUNTS } from '#cli/demo-state.ts';
import type { ServiceName } from '#platform/config/schema.ts';
import { parseStarterMessage } from '#processes/messages.ts';
import { fillState, type GivenState, writeConfig } from './given-state.ts';
import { isRunning } from './process-table.ts';

const ROOT = join(import.meta.dirname, '../..');
const SUPERVISOR = join(ROOT, 'src/processes/supervisor/main.ts');
/** As `bin/valija` says it. */
const COMPILED_CODE = join(ROOT, 'node_modules/.cache/valija');

export const PASSWORD = 'correcto caballo batería';
export const USER1 = 'usuario1@valija.test';
export const USER2 = 'usuario2@valija.test';

/** A setting for stories about strangers: by default whoever connects from this machine may send elsewhere. */
export const ONLY_STRANGERS = 'mynetworks = ["192.0.2.0/24"]\n';

export interface RunningServer extends AsyncDisposable {
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly state: string;
  readonly configFile: string;
  /** Of the worker, which owns the state; another one once it has been replaced. */
  readonly pid: number;
  readonly supervisorPid: number;
  /** What the server has logged so far. */
  log(): string;
  /** SIGTERM, and the end. */
  stop(): Promise<void>;
  /** SIGKILL to both processes; the state stays for another start. */
  kill(): Promise<void>;
}

export interface ServerOptions extends GivenState {
  /** A state that a former server left, or `makeState` made. */
  readonly state?: string;
  /** Of the two demo accounts, which are there when no others are given. */
  readonly password?: string;
  /** How many files each of its processes may have open. */
  readonly openFiles?: number;
  /** The network namespace that it stands in; root makes those. */
  readonly namespace?: string;
  /** For its processes, besides this one's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A state for servers to start on; `startServer` makes its own where none is given. */
export async function makeState(options: ServerOptions = {}): Promise<string> {
  const state = mkdtempSync(join(tmpdir(), 'valija-state-'));
  const { config } = writeConfig(state, options.settings);
  const password = options.password ?? PASSWORD;
  const accounts = options.accounts ?? DEMO_ACCOUNTS.map((address) => ({ address, password }));
  await fillState(config, { ...options, accounts });
  return state;
}

export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const state = options.state ?? (await makeState(options));
  const { configFile, config } = writeConfig(state, options.settings);

  const { openFiles, namespace } = options;
  const limited = openFiles !== undefined && {
    execPath: 'prlimit',
    execArgv: [`--nofile=${openFiles}:${openFiles}`, process.execPath],
  };
  const enclosed = namespace !== undefined && {
    execPath: 'ip',
    execArgv: ['netns', 'exec', namespace, process.execPath],
  };
  const child = fork(SUPERVISOR, [configFile, '--as-started'], {
    ...limited,
    ...enclosed,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { NODE_COMPILE_CACHE: COMPILED_CODE, ...process.env, ...options.environment },
  });
  const ended = once(child, 'exit');
  const [value] = await Promise.race([once(child, 'message'), ended]);
  const first = parseStarterMessage(value);
  if (first?.kind === 'failed') throw new Error(first.text, { cause: first.exitCode });
  if (first?.kind !== 'ready') throw new Error(`the server ended with ${value}`);
  let { workerPid } = first;
  child.on('message', (message) => {
    const next = parseStarterMessage(message);
    if (next?.kind === 'ready') workerPid = next.workerPid;
  });

  async function end(): Promise<void> {
    child.kill('SIGTERM');
    await ended;
  }
  return {
    ports: Object.fromEntries(first.listeners.map(({ service, port }) => [service, port])) as Record<
      ServiceName,
      number
    >,
    state,
    configFile,
    get pid() {
      return workerPid;
    },
    supervisorPid: child.pid ?? 0,
    log: () => readFileSync(config.maillog_file, 'utf8'),
    stop: end,
    async kill() {
      child.kill('SIGKILL');
      if (child.exitCode === null) killNow(workerPid);
      await ended;
      await untilGone(workerPid);
    },
    async [Symbol.asyncDispose]() {
      await end();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** For what is refused at the start: to the end, and what was complained of. */
export async function runSupervisor(configFile: string): Promise<{ code: number | null; errors: string }> {
  const child = spawn(process.execPath, [SUPERVISOR, configFile, '--as-started'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code, errors };
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** It is nobody's child of ours: its parent was killed with it. */
async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await delay(5);
}
