// A whole server of one's own: a state in a temporary folder, every service on a port of the system's choice, the demo
// domain with two accounts. What `npm start` does, without the fixed ports.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDemoAccounts } from '#cli/demo-state.ts';
import { formatComplaint, loadConfig } from '#platform/config/load-config.ts';
import { SERVICES, type ServiceName } from '#platform/config/schema.ts';
import { parseWorkerMessage } from '#processes/messages.ts';

const WORKER = join(import.meta.dirname, '../../src/processes/worker/main.ts');

export const PASSWORD = 'correcto caballo batería';
export const USER1 = 'usuario1@valija.test';
export const USER2 = 'usuario2@valija.test';

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

export interface ServerOptions {
  /** Lines for the top of valija.toml. */
  readonly settings?: string;
  /** A state that a former server left. */
  readonly state?: string;
  readonly password?: string;
}

export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const state = options.state ?? mkdtempSync(join(tmpdir(), 'valija-state-'));
  const configFile = join(state, 'valija.toml');
  const listeners = SERVICES.map((service) => `[[listen]]\nservice = "${service}"\nport = 0\n`);
  const settings = `myhostname = "mail.valija.test"\n${options.settings ?? ''}\n`;
  writeFileSync(configFile, settings + listeners.join(''));
  const config = loadConfig(configFile);
  if (!config.ok) throw new Error(config.error.map(formatComplaint).join('\n'));
  await addDemoAccounts(config.value, options.password ?? PASSWORD);

  const child = fork(WORKER, [configFile], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const [value] = await Promise.race([once(child, 'message'), ended]);
  const first = parseWorkerMessage(value);
  if (first?.kind !== 'ready') throw new Error(first?.text ?? `the server ended with ${value}`);

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
    log: () => readFileSync(config.value.maillog_file, 'utf8'),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await end('SIGTERM');
      rmSync(state, { recursive: true, force: true });
    },
  };
}
