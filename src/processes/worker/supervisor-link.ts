// The worker's end of its line to the supervisor: sockets, secrets and settings arrive here, and requests wait in order.

import {
  formatMessage,
  parseSupervisorMessage,
  type SocketUse,
  type SupervisorMessage,
  type WorkerMessage,
} from '#processes/messages.ts';

export type Request =
  | { readonly kind: 'settings'; readonly handover: Handover }
  | Extract<SupervisorMessage, { kind: 'note' }>
  | { readonly kind: 'stop'; readonly reason: string };

export interface Handover {
  /** What valija.toml says. */
  readonly text: string;
  readonly sockets: readonly SocketUse[];
  /** By path: files that only root can read. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** What may be handed over and not be used; a bare handle of Node's. */
interface Closable {
  close(): void;
}

export class SupervisorLink {
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

  tell(message: WorkerMessage): Promise<void> {
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
      case 'settings': {
        const handover = { text: message.text, sockets: message.sockets, secrets: this.#secrets };
        this.#secrets = new Map();
        this.#put({ kind: 'settings', handover });
        break;
      }
      case 'note':
        this.#put(message);
        break;
      case 'ping':
        void this.tell({ kind: 'pong' });
        break;
      case 'stop':
        this.#put({ kind: 'stop', reason: 'request' });
        break;
      case undefined:
        break;
    }
  }

  #put(request: Request): void {
    this.#waiting.push(request);
    this.#wake?.();
  }
}
