// A whole server of one's own: a state in a temporary folder, every service on a port of the system's choice, the demo
// domain with two accounts or what the test gives. What `npm start` does, without the fixed ports.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_ACCOUNTS } from '#cli/demo-state.ts';
import type { ServiceName } from '#platform/config/schema.ts';
import { parseWorkerMessage } from '#processes/messages.ts';
import { fillState, type GivenState, writeConfig } from './given-state.ts';

const WORKER = join(import.meta.dirname, '../../src/processes/worker/main.ts');

export const PASSWORD = 'correcto caballo batería';
export const [USER1, USER2] = DEMO_ACCOUNTS;

export interface RunningServer extends AsyncDisposable {
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly state: string;
  readonly configFile: string;
  readonly pid: number;
  /** What the server has logged so far. */
  log(): string;
  /** SIGTERM, and the end. */
  stop(): Promise<void>;
  /** SIGKILL; the state stays for another start. */
  kill(): Promise<void>;
}

export interface ServerOptions extends GivenState {
  /** A state that a former server left, or `makeState` made. */
  readonly state?: string;
  /** Of the two demo accounts, which are there when no others are given. */
  readonly password?: string;
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

  const child = fork(WORKER, [configFile], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const [value] = await Promise.race([once(child, 'message'), ended]);
  const first = parseWorkerMessage(value);
  if (first?.kind === 'failed') throw new Error(first.text);
  if (first?.kind !== 'ready') throw new Error(`the server ended with ${value}`);

  async function end(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal);
    await ended;
  }
  return {
    ports: Object.fromEntries(first.listeners.map(({ service, port }) => [service, port])) as Record<
      ServiceName,
      number
    >,
    state,
    configFile,
    pid: child.pid ?? 0,
    log: () => readFileSync(config.maillog_file, 'utf8'),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await end('SIGTERM');
      rmSync(state, { recursive: true, force: true });
    },
  };
}
