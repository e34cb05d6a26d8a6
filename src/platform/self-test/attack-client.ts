// The attacker's end of a connection: sends whatever it likes, reads line by line, and waits for nothing longer than it must.

import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** The other end is this very process. */
const PATIENCE_MS = 10_000;
const MOST_LINES = 1_000;

export class AttackClient implements Disposable {
  #socket: Socket;
  #pending = '';
  readonly #lines: string[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen(socket);
  }

  send(octets: string): void {
    this.#socket.write(octets, 'latin1');
  }

  /** `undefined` at the end, and where nothing comes. */
  async line(): Promise<string | undefined> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      const leftMs = deadline - Date.now();
      if (this.#ended || leftMs <= 0) return undefined;
      await this.#arrival(leftMs);
    }
  }

  /** An SMTP reply, its lines joined; `` at the end. RFC 5321 §4.2. */
  async reply(): Promise<string> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.line();
      if (line === undefined) return lines.join('\n');
      lines.push(line);
      if (line[3] !== '-' || lines.length > MOST_LINES) return lines.join('\n');
    }
  }

  /** An SMTP command and its reply. */
  say(command: string): Promise<string> {
    this.send(`${command}\r\n`);
    return this.reply();
  }

  /** Until a line that the pattern fits, or the end. */
  async linesUntil(last: RegExp): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.line();
      if (line === undefined) return lines;
      lines.push(line);
      if (last.test(line) || lines.length > MOST_LINES) return lines;
    }
  }

  /** All that still comes. */
  async rest(): Promise<string[]> {
    return await this.linesUntil(/^\0$/);
  }

  /** What came in clear and was not read is forgotten. */
  async startTls(): Promise<void> {
    const clear = this.#socket;
    clear.removeAllListeners('data');
    this.#lines.length = 0;
    this.#pending = '';
    // Whose certificate it is does not matter to whoever attacks.
    const secure = connectTls({ socket: clear, rejectUnauthorized: false });
    this.#socket = secure;
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve).once('error', reject);
    });
    this.#listen(secure);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #listen(socket: Socket): void {
    const end = () => {
      if (socket !== this.#socket) return;
      this.#ended = true;
      this.#stir();
    };
    socket.on('data', (octets: Buffer) => this.#take(octets.toString('latin1')));
    socket.on('end', end).on('close', end).on('error', end);
  }

  #take(text: string): void {
    const lines = (this.#pending + text).split('\r\n');
    this.#pending = lines.pop() ?? '';
    this.#lines.push(...lines);
    this.#stir();
  }

  #arrival(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #stir(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
