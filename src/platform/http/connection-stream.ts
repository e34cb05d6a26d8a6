// A connection in the form that node:http takes: a Duplex. It knows where the conversation stands, and when what must come next
// must have come: a client that is silent, or that spells out its request, is let go in time.

import { Duplex } from 'node:stream';
import { WorldError } from '#base/world-error.ts';
import { type Connection, ServerStopping } from '#mail/ports/connection.ts';

export interface ConnectionLimits {
  /** For a whole request, from its first octet to its last, however its octets trickle in. */
  readonly requestTimeoutMs: number;
  /** Between two requests, and before the first. */
  readonly idleTimeoutMs: number;
  /** After so many the connection ends. */
  readonly requestsPerConnection: number;
}

/** Who reads our answer slowly has until then; the socket's own limit for writes ends most such visits earlier. */
const LONGEST_READ_MS = 3_600_000;

const TOO_LATE = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

/** What the stream must know of a request: whether all of it has come. */
export interface BegunRequest {
  readonly complete: boolean;
}

export class ConnectionStream extends Duplex {
  readonly connection: Connection;
  /** What nobody should have thrown; it has ended this connection. */
  bug: unknown;
  readonly #limits: ConnectionLimits;
  /** Something of a request has come that is not answered yet. */
  #isAsking = false;
  #last: BegunRequest | undefined;
  #requests = 0;
  /** Answers that are not all written yet; a client may ask on meanwhile. */
  #owed = 0;
  #stopping = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, limits: ConnectionLimits) {
    super();
    this.connection = connection;
    this.#limits = limits;
    this.#wait(limits.idleTimeoutMs);
  }

  /** As node:tls names it. */
  get encrypted(): boolean {
    return this.connection.tls !== undefined;
  }

  /** The head of a request has come, and its answer will be written. */
  requestBegun(request: BegunRequest): void {
    this.#last = request;
    this.#requests += 1;
    this.#owed += 1;
  }

  answerWritten(): void {
    this.#owed -= 1;
    if (this.#owed > 0) return;
    if (this.#stopping || this.#requests >= this.#limits.requestsPerConnection) this.end();
    // What else comes of a body that nobody wanted to read stays within its time.
    if (this.#last?.complete === false || this.destroyed) return;
    this.#isAsking = false;
    this.#wait(this.#limits.idleTimeoutMs);
  }

  /** As node:net has it: what is written leaves first. */
  destroySoon(): void {
    this.end();
  }

  override _read(): void {
    void this.#take();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.connection.write(chunk).then(
      () => done(),
      (error: unknown) => this.#fail(error),
    );
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'buffer', done);
  }

  override _final(done: () => void): void {
    done();
    this.destroy();
  }

  /** `_error`: what the client wrote is no HTTP; it has been told. */
  override _destroy(_error: Error | null, done: () => void): void {
    clearTimeout(this.#timer);
    this.connection.close().then(done, done);
  }

  async #take(): Promise<void> {
    try {
      const chunk = await this.connection.read(LONGEST_READ_MS, this.#stopping ? undefined : 'quiet');
      if (this.destroyed) return;
      if (chunk !== undefined && !this.#isAsking) {
        this.#isAsking = true;
        this.#wait(this.#limits.requestTimeoutMs);
      }
      this.push(chunk ?? null);
    } catch (error) {
      if (error instanceof ServerStopping) this.#stop();
      else this.#fail(error);
    }
  }

  /** That a client went away is how connections end. */
  #fail(error: unknown): void {
    if (!(error instanceof WorldError)) this.bug = error;
    this.destroy();
  }

  /** Who has asked gets an answer. */
  #stop(): void {
    this.#stopping = true;
    if (!this.#isAsking) this.destroy();
    else void this.#take();
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#letGo(), ms);
  }

  #letGo(): void {
    // All has come, and it is our turn: the next waiting begins when the answer is written.
    if (this.#owed > 0 && this.#last?.complete === true) return;
    if (this.#isAsking && this.#owed === 0) this.connection.write(TOO_LATE).catch(() => undefined);
    this.destroy();
  }
}
