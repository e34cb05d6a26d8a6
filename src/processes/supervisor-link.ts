// A process's end of its line to the supervisor: sockets, secrets and settings arrive here, requests wait in order, and
// the other processes are made known to it.

import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import {
  type ChildMessage,
  formatMessage,
  parseSupervisorMessage,
  type SocketUse,
  type SupervisorMessage,
} from './messages.ts';
import { Peers } from './peers.ts';

export type Request =
  | { readonly kind: 'settings'; readonly handover: Handover }
  | Extract<SupervisorMessage, { kind: 'note' | 'not-reloaded' }>
  | { readonly kind: 'secrets'; readonly secrets: ReadonlyMap<string, string> }
  | { readonly kind: 'make-room' }
  | { readonly kind: 'stop'; readonly reason: string };

export interface Handover {
  /** What valija.toml says. */
  readonly text: string;
  readonly sockets: readonly SocketUse[];
  /** Those that were in force before others were refused. */
  readonly again: boolean;
  /** By path: files that only root can read. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** What may be handed over and not be used; a bare handle of Node's. */
interface Closable {
  close(): void;
}

const EX_USAGE = 64;

/** For a program that only a supervisor starts: `the spool process`. */
export function linkToSupervisor(name: string): SupervisorLink {
  if (process.send !== undefined) return new SupervisorLink();
  process.stderr.write(`valija: ${name} is started by its supervisor: valija serve\n`);
  process.exit(EX_USAGE);
}

class SupervisorLink implements AsyncDisposable {
  readonly peers = new Peers({
    connected: (hub) => void this.tell({ kind: 'connected', hub }),
    missing: ({ role, user }) => {
      if (role === 'mailbox' && user !== undefined) void this.tell({ kind: 'want-mailbox', user });
    },
  });
  readonly #spoolsInTheMaking = new Map<string, PromiseWithResolvers<void>>();
  readonly #handles = new Map<number, Closable>();
  #secrets = new Map<string, string>();
  readonly #waiting: Request[] = [];
  #wake: (() => void) | undefined;

  constructor() {
    process.on('message', (value, handle) => this.#hear(value, handle));
    process.once('disconnect', () => this.#put({ kind: 'stop', reason: 'the end of its supervisor' }));
    process.on('SIGTERM', (signal) => this.#put({ kind: 'stop', reason: signal }));
  }

  async next(): Promise<Request> {
    for (;;) {
      const request = this.#waiting.shift();
      if (request !== undefined) return request;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Resolves when this process is to stop, with the reason; for those that need nothing else of the supervisor. */
  async stopped(): Promise<string> {
    for (;;) {
      const request = await this.next();
      if (request.kind === 'stop') return request.reason;
    }
  }

  /** For `server.listen`, which owns it from then on. */
  takeSocket(id: number): unknown {
    const handle = this.#handles.get(id);
    this.#handles.delete(id);
    return handle;
  }

  /** Closes what was handed over and nobody took. */
  closeRest(): void {
    for (const handle of this.#handles.values()) handle.close();
    this.#handles.clear();
  }

  /** The user's mbox in the mail spool, made by root. Throws WorldError. */
  makeSpool(user: string): Promise<void> {
    const asked = this.#spoolsInTheMaking.get(user) ?? Promise.withResolvers<void>();
    if (!this.#spoolsInTheMaking.has(user)) void this.tell({ kind: 'make-spool', user });
    this.#spoolsInTheMaking.set(user, asked);
    return asked.promise;
  }

  /** Streams end when what they carry has; then nothing of ours keeps the process alive. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.peers[Symbol.asyncDispose]();
    if (process.connected) process.disconnect();
  }

  tell(message: ChildMessage): Promise<void> {
    return new Promise((settle) => {
      if (!process.connected || process.send === undefined) settle();
      else process.send(formatMessage(message), () => settle());
    });
  }

  #hear(value: unknown, handle: unknown): void {
    const message = parseSupervisorMessage(value);
    switch (message?.kind) {
      case 'socket':
        this.#handles.set(message.id, handle as Closable);
        break;
      case 'secret':
        this.#secrets.set(message.file, message.content);
        break;
      case 'secrets-renewed':
        this.#put({ kind: 'secrets', secrets: this.#takeSecrets() });
        break;
      case 'settings': {
        const { text, sockets, again } = message;
        this.#put({ kind: 'settings', handover: { text, sockets, again, secrets: this.#takeSecrets() } });
        break;
      }
      case 'note':
      case 'not-reloaded':
        this.#put(message);
        break;
      case 'ping':
        void this.tell({ kind: 'pong' });
        break;
      case 'stop':
        this.#put({ kind: 'stop', reason: 'request' });
        break;
      case 'make-room':
        this.#put(message);
        break;
      case 'listen':
      case 'expect':
      case 'forget':
      case 'connect':
        this.#introduce(message);
        break;
      case 'granted':
        this.#settle(message.user)?.resolve();
        break;
      case 'denied':
        this.#denied(message);
        break;
      case undefined:
        break;
      default:
        unreachable(message);
    }
  }

  #takeSecrets(): ReadonlyMap<string, string> {
    const taken = this.#secrets;
    this.#secrets = new Map();
    return taken;
  }

  #introduce(message: Extract<SupervisorMessage, { kind: 'listen' | 'expect' | 'forget' | 'connect' }>): void {
    switch (message.kind) {
      case 'listen':
        void this.peers.listen(message.name);
        break;
      case 'expect':
        this.peers.expect(message.token, message);
        break;
      case 'forget':
        this.peers.forget(message.token);
        break;
      case 'connect':
        void this.peers.connect(message);
        break;
      default:
        unreachable(message);
    }
  }

  #denied({ request, user, transient, text }: Extract<SupervisorMessage, { kind: 'denied' }>): void {
    if (request === 'want-mailbox') {
      this.peers.deny({ role: 'mailbox', user }, transient, text);
    } else {
      const cause = new Error(text);
      this.#settle(user)?.reject(new WorldError(`the mail spool of ${user}`, { transient, cause }));
    }
  }

  #settle(user: string): PromiseWithResolvers<void> | undefined {
    const asked = this.#spoolsInTheMaking.get(user);
    this.#spoolsInTheMaking.delete(user);
    return asked;
  }

  #put(request: Request): void {
    if (request.kind === 'stop') this.peers.stopWaiting();
    this.#waiting.push(request);
    this.#wake?.();
  }
}
