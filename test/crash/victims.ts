// Workers to be killed, one after the other on one state. The test is their supervisor: it binds the sockets once, keeps
// a worker in reserve whose code is loaded, and hands it sockets and settings when the one before it is dead. That makes
// a kill cheap; what a worker does from there on is what it does everywhere.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SocketUse } from '#processes/messages.ts';
import { BoundSockets } from '#processes/supervisor/bound-sockets.ts';
import { Child } from '#processes/supervisor/child.ts';
import { readSettings, type Settings } from '#processes/supervisor/settings.ts';
import type { RunningServer } from '../world/running-server.ts';

const WORKER = join(import.meta.dirname, '../../src/processes/worker/main.ts');
const START_DEADLINE_MS = 120_000;

export interface Victim {
  readonly ports: RunningServer['ports'];
  readonly pid: number;
  /** SIGKILL; resolves when it is dead. */
  kill(): Promise<void>;
}

export type Environment = Readonly<Record<string, string>>;

export class Victims implements AsyncDisposable {
  readonly #configFile: string;
  readonly #environment: Environment;
  readonly #settings: Settings;
  readonly #sockets = new BoundSockets({ loopbackOnly: true, inherited: [] });
  readonly #uses: readonly SocketUse[];
  #reserve: Starting;

  private constructor(configFile: string, settings: Settings, environment: Environment) {
    this.#configFile = configFile;
    this.#environment = environment;
    this.#settings = settings;
    this.#uses = this.#sockets.bind(settings.listeners);
    this.#reserve = this.#start();
  }

  static async of(state: string, environment: Environment = {}): Promise<Victims> {
    const configFile = join(state, 'valija.toml');
    return new Victims(configFile, await readSettings(configFile, undefined), environment);
  }

  /** The one in reserve serves: it has recovered what the last one left. Throws when it does not begin to. */
  async next(): Promise<Victim> {
    const { child, ready } = this.#reserve;
    this.#reserve = this.#start();
    for (const { id } of this.#uses) child.tell({ kind: 'socket', id }, this.#sockets.handle(id));
    child.tell({ kind: 'settings', text: this.#settings.text, sockets: this.#uses, again: false });
    const timer = setTimeout(() => child.kill(), START_DEADLINE_MS);
    await ready;
    clearTimeout(timer);
    return {
      ports: Object.fromEntries(this.#uses.map(({ service, port }) => [service, port])) as RunningServer['ports'],
      pid: child.pid,
      kill: () => end(child),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sockets.keepOnly([]);
    await end(this.#reserve.child);
  }

  #start(): Starting {
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    const started = fork(WORKER, [this.#configFile], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...this.#environment },
    });
    const child = new Child(() => started, {
      role: 'worker',
      heard: (message) => {
        if (message.kind === 'ready') resolve();
        if (message.kind === 'failed') reject(new Error(`the worker could not start: ${message.text}`));
      },
    });
    void once(started, 'exit').then(() => reject(new Error('the worker ended before it was ready')));
    ready.catch(() => undefined);
    return { child, ready };
  }
}

interface Starting {
  readonly child: Child;
  /** It serves, and what was promised before lies in the mailboxes. */
  readonly ready: Promise<void>;
}

async function end(child: Child): Promise<void> {
  child.kill();
  await child.ended;
}
