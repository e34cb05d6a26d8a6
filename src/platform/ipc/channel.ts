// A private stream between two of our processes: either side asks, and the other answers. How much may be asked and not
// yet answered is bounded by the asker and checked by the answerer: that bounds the memory of both, and since answers
// are never held back, two that ask each other do not block each other. Frames of one turn leave in one write.

import type { Socket } from 'node:net';
import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import { type ChannelMessage, type Failure, parseChannelMessage } from './channel-message.ts';
import { FrameReader, formatFrameHead } from './frame.ts';
import { PeerGone } from './peer-gone.ts';

export const MOST_OPEN_ASKS = 256;
const MOST_OPEN_BYTES = 16_777_216;
/** How long one who says goodbye waits for the other to go. */
const GOODBYE_TIMEOUT_MS = 2_000;
const LONGEST_FAILURE_CHARACTERS = 8_192;

export interface Answer {
  readonly head?: unknown;
  readonly body?: Buffer;
}

/** The head is what the peer says: whoever answers checks it. What is thrown is the asker's WorldError. */
export type Answerer = (head: unknown, body: Buffer) => Answer | Promise<Answer>;

interface Asked {
  readonly kind: string;
  readonly head: unknown;
  /** Its pieces, and how long they are together. */
  readonly body: readonly Buffer[];
  readonly bodyBytes: number;
  resolve(answer: Required<Answer>): void;
  reject(error: Error): void;
}

type Phase = 'open' | 'leaving' | 'left' | 'closed';

export class Channel implements AsyncDisposable {
  /** Who is at the other end, for messages: `the worker`. */
  readonly peer: string;
  /** Resolves when nothing will come or go any more. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #answerers = new Map<string, Answerer>();
  /** Asked, and not yet answered. */
  readonly #open = new Map<number, Asked>();
  readonly #waiting: Asked[] = [];
  #openBytes = 0;
  #asked = 0;
  #answering = 0;
  #answeringBytes = 0;
  #phase: Phase = 'open';
  /** Of this turn. */
  readonly #unsent: Buffer[] = [];
  #lastUsedMs = performance.now();

  /** Of a connected socket that is opened with `allowHalfOpen`. Nothing is heard before the next turn: time to `serve`. */
  constructor(socket: Socket, peer: string) {
    this.peer = peer;
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    socket.pause();
    socket.on('end', () => this.#peerEnded());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#phase = 'closed';
      this.#fail(true);
      resolve();
    });
    // Not before: a socket that was read by `readable` flows again, in this very turn, once somebody listens to `data`.
    setImmediate(() => socket.on('data', (chunk) => this.#hear(chunk)).resume());
  }

  /** Nobody may ask any more; what was asked before may still be answered. */
  get isOpen(): boolean {
    return this.#phase === 'open' && !this.#socket.destroyed;
  }

  /** Nothing is asked or answered at the moment. */
  get isQuiet(): boolean {
    return this.#open.size === 0 && this.#waiting.length === 0 && this.#answering === 0;
  }

  /** For how long nothing has been asked or answered; 0 while something is. */
  get quietMs(): number {
    return this.isQuiet ? performance.now() - this.#lastUsedMs : 0;
  }

  /** The one who answers questions of a kind. */
  serve(kind: string, answerer: Answerer): void {
    this.#answerers.set(kind, answerer);
  }

  /** The body may come in pieces. Throws WorldError with what the other side says, or PeerGone when it is no more there. */
  ask(kind: string, head: unknown, ...body: readonly Buffer[]): Promise<Required<Answer>> {
    return new Promise((resolve, reject) => {
      const bodyBytes = body.reduce((sum, { length }) => sum + length, 0);
      const asked = { kind, head, body, bodyBytes, resolve, reject };
      if (!this.isOpen) {
        reject(this.#gone(asked, false));
      } else {
        this.#waiting.push(asked);
        this.#sendWaiting();
      }
    });
  }

  /** Says goodbye: what is being answered is answered first, what is asked from here on is not begun. */
  async close(): Promise<void> {
    if (this.#phase === 'open') {
      this.#phase = 'leaving';
      this.#leaveWhenDone();
    }
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #hear(chunk: Buffer): void {
    for (const { head, body } of this.#reader.push(chunk)) {
      const message = parseChannelMessage(head);
      if (message === undefined) this.#break();
      else this.#take(message, body);
    }
    if (this.#reader.isBroken) this.#break();
  }

  #take(message: ChannelMessage, body: Buffer): void {
    this.#lastUsedMs = performance.now();
    switch (message.type) {
      case 'ask':
        this.#answering += 1;
        this.#answeringBytes += body.length;
        if (this.#answering > MOST_OPEN_ASKS || this.#answeringBytes > MOST_OPEN_BYTES) this.#break();
        else void this.#answer(message, body);
        break;
      case 'answer':
        this.#settle(message.id)?.resolve({ head: message.head, body });
        break;
      case 'failure': {
        const asked = this.#settle(message.id);
        asked?.reject(this.#told(asked, message.failure));
        break;
      }
      case 'bye':
        this.#phase = this.#phase === 'open' ? 'leaving' : this.#phase;
        this.#fail(false);
        this.#leaveWhenDone();
        break;
      default:
        unreachable(message);
    }
  }

  async #answer({ id, kind, head }: Extract<ChannelMessage, { type: 'ask' }>, body: Buffer): Promise<void> {
    if (this.#phase !== 'left') {
      try {
        const answerer = this.#answerers.get(kind);
        if (answerer === undefined) throw new WorldError(`nobody answers ${kind}`, { transient: false });
        const answer = await answerer(head, body);
        this.#write({ answer: id, head: answer.head ?? {} }, answer.body === undefined ? [] : [answer.body]);
      } catch (error) {
        this.#write({ failure: id, ...describe(error) });
      }
    }
    this.#answering -= 1;
    this.#answeringBytes -= body.length;
    if (this.#phase === 'leaving') this.#leaveWhenDone();
  }

  #sendWaiting(): void {
    for (let asked = this.#waiting[0]; asked !== undefined; asked = this.#waiting[0]) {
      const { kind, head, body, bodyBytes } = asked;
      if (this.#open.size >= MOST_OPEN_ASKS || this.#openBytes + bodyBytes > MOST_OPEN_BYTES) return;
      this.#waiting.shift();
      this.#asked += 1;
      try {
        this.#write({ ask: this.#asked, kind, head }, body);
        this.#open.set(this.#asked, asked);
        this.#openBytes += bodyBytes;
      } catch (cause) {
        asked.reject(new WorldError(`${kind} to ${this.peer}`, { transient: false, cause }));
      }
    }
  }

  #settle(id: number): Asked | undefined {
    const asked = this.#open.get(id);
    if (asked === undefined) return undefined;
    this.#open.delete(id);
    this.#openBytes -= asked.bodyBytes;
    if (this.#waiting.length > 0) this.#sendWaiting();
    return asked;
  }

  #write(head: unknown, body: readonly Buffer[] = []): void {
    const bodyBytes = body.reduce((sum, { length }) => sum + length, 0);
    const front = formatFrameHead(head, bodyBytes);
    this.#lastUsedMs = performance.now();
    if (!this.#socket.writable) return;
    if (this.#unsent.length === 0) setImmediate(() => this.#sendAll());
    this.#unsent.push(front, ...body);
  }

  /** A copy of small pieces costs less than a socket's care of each. */
  #sendAll(): void {
    const pieces = this.#unsent.splice(0);
    if (this.#socket.writable && pieces.length > 0) this.#socket.write(Buffer.concat(pieces));
  }

  #leaveWhenDone(): void {
    if (this.#phase !== 'leaving' || this.#answering > 0) return;
    this.#phase = 'left';
    this.#write({ bye: true });
    this.#sendAll();
    this.#socket.end();
    const timer = setTimeout(() => this.#socket.destroy(), GOODBYE_TIMEOUT_MS);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  /** Without a goodbye: it was killed. */
  #peerEnded(): void {
    if (this.#phase === 'left') this.#socket.end();
    else this.#socket.destroy();
  }

  /** The other side does not speak our language. */
  #break(): void {
    this.#socket.destroy();
  }

  #fail(mayHaveBegun: boolean): void {
    const open = [...this.#open.values()];
    const waiting = this.#waiting.splice(0);
    this.#open.clear();
    this.#openBytes = 0;
    for (const asked of open) asked.reject(this.#gone(asked, mayHaveBegun));
    for (const asked of waiting) asked.reject(this.#gone(asked, false));
  }

  #gone({ kind }: Asked, mayHaveBegun: boolean): PeerGone {
    return new PeerGone(`${kind}: ${this.peer} is gone`, mayHaveBegun);
  }

  #told({ kind }: Asked, { transient, message, stack }: Failure): WorldError {
    const cause = new Error(message);
    if (stack !== undefined) cause.stack = stack;
    return new WorldError(`${kind}, ${this.peer}`, { transient, cause });
  }
}

function describe(error: unknown): Failure {
  const cut = (text: string) => text.slice(0, LONGEST_FAILURE_CHARACTERS);
  if (error instanceof WorldError) return { transient: error.transient, message: cut(error.message) };
  if (error instanceof Error) return { transient: false, message: cut(error.message), stack: cut(error.stack ?? '') };
  return { transient: false, message: cut(String(error)) };
}
