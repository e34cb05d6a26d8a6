// A small IMAP client for measuring: answers are counted and thrown away, unless they are asked for. One command, or one
// batch of commands, is in flight at a time.

import { connect, createSecureContext, type TLSSocket } from 'node:tls';
import type { ImapDoor } from './peer.ts';

/** Tagged answers are shorter than this; what came before them need not be kept. */
const TAIL_BYTES = 4_096;
/** A server that says nothing for so long hangs: the measurement fails instead of waiting for ever. */
const SILENCE_MS = 120_000;

const LINE_FEED = 0x0a;
const secureContext = createSecureContext();

interface Expectation {
  /** Looks at the last whole line, and what precedes it. */
  readonly isDone: (line: string, tail: string) => boolean;
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

export class ImapClient {
  bytesRead = 0;
  readonly #socket: TLSSocket;
  #tag = 0;
  #tail: Buffer = Buffer.alloc(0);
  #kept: Buffer[] | undefined;
  #expected: Expectation | undefined;

  private constructor(door: ImapDoor) {
    this.#socket = connect({ port: door.port, host: '127.0.0.1', rejectUnauthorized: false, secureContext });
    this.#socket.setNoDelay(true);
    this.#socket.setTimeout(SILENCE_MS, () => this.#socket.destroy(new Error(`silent for ${SILENCE_MS / 1_000} s`)));
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error(`closed after: ${this.#tail.toString('latin1').trim()}`)));
  }

  /** Connected, greeted and logged in. */
  static async login(door: ImapDoor): Promise<ImapClient> {
    const client = new ImapClient(door);
    await client.#expect((line) => line.startsWith('* OK'));
    await client.command(`LOGIN "${door.user}" {${Buffer.byteLength(door.password)}+}\r\n${door.password}`);
    return client;
  }

  /** Sends, and waits for the tagged OK. */
  async command(...pieces: (string | Buffer)[]): Promise<string> {
    return this.batch([pieces]);
  }

  /** All of them are sent at once; only the answer to the last is waited for and looked at. */
  async batch(commands: readonly (readonly (string | Buffer)[])[]): Promise<string> {
    this.#socket.cork();
    for (const pieces of commands) {
      this.#socket.write(`a${++this.#tag} `);
      for (const piece of pieces) this.#socket.write(piece);
      this.#socket.write('\r\n');
    }
    this.#socket.uncork();
    const prefix = `a${this.#tag} `;
    const answer = await this.#expect((line) => line.startsWith(prefix));
    if (!answer.startsWith(`${prefix}OK`)) {
      throw new Error(`${String(commands.at(-1)?.[0]).slice(0, 60).trim()}: ${answer.slice(0, 200)}`);
    }
    return answer;
  }

  /** Sends, and gives all that is answered. */
  async read(command: string): Promise<string> {
    this.#kept = [];
    await this.command(command);
    const text = Buffer.concat(this.#kept).toString('latin1');
    this.#kept = undefined;
    return text;
  }

  append(mailbox: string, message: Buffer, flags = ''): Promise<string> {
    return this.command(...appendPieces(mailbox, message, flags));
  }

  async idle(): Promise<void> {
    this.#socket.write(`a${++this.#tag} IDLE\r\n`);
    await this.#expect((line) => line.startsWith('+'));
  }

  /** While it idles: until the server tells of a message. */
  async untilExists(): Promise<void> {
    await this.#expect((_line, tail) => /^\* \d+ EXISTS\r$/m.test(tail));
  }

  async logout(): Promise<void> {
    await this.command('LOGOUT');
    this.close();
  }

  close(): void {
    this.#expected = undefined;
    this.#socket.destroy();
  }

  #expect(isDone: Expectation['isDone']): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) reject(new Error('the connection is closed'));
      this.#tail = Buffer.alloc(0);
      this.#expected = { isDone, resolve, reject };
    });
  }

  #take(chunk: Buffer): void {
    this.bytesRead += chunk.length;
    this.#kept?.push(chunk);
    this.#tail = chunk.length >= TAIL_BYTES ? chunk : Buffer.concat([this.#tail, chunk]);
    if (this.#tail.length > TAIL_BYTES) this.#tail = this.#tail.subarray(-TAIL_BYTES);
    if (this.#tail.at(-1) !== LINE_FEED) return;
    const tail = this.#tail.toString('latin1');
    const line = tail.slice(tail.lastIndexOf('\n', tail.length - 2) + 1).trimEnd();
    const expected = this.#expected;
    if (!expected?.isDone(line, tail)) return;
    this.#expected = undefined;
    expected.resolve(line);
  }

  #fail(error: Error): void {
    this.#expected?.reject(error);
    this.#expected = undefined;
  }
}

export function appendPieces(mailbox: string, message: Buffer, flags: string): (string | Buffer)[] {
  return [`APPEND ${mailbox} (${flags}) {${message.length}+}\r\n`, message];
}
