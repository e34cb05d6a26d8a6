// Standard input by lines. A terminal stays in its usual mode, so that its own keys edit the line, and nothing is read from it but
// while a line is waited for: editors and pagers have it in between. Behind Ctrl-D a terminal can be read on.

import { ReadStream } from 'node:tty';

export type InputEvent =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'end' }
  /** Ctrl-C: what was typed of the line is gone. */
  | { readonly kind: 'interrupted' };

type Source = NodeJS.ReadStream;

const LF = 10;
const HANG_UP_MS = 50;

export class LineInput {
  readonly isTerminal: boolean;
  #source: Source | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #isEnded = false;
  #waiting: ((event: InputEvent) => void) | undefined;

  constructor() {
    this.isTerminal = process.stdin.isTTY === true;
  }

  next(): Promise<InputEvent> {
    const line = this.#takeLine();
    if (line !== undefined) return Promise.resolve({ kind: 'line', text: line });
    if (this.#isEnded) return Promise.resolve(this.#takeEnd());
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#source ??= this.#open();
      this.#source.resume();
    });
  }

  /** What has come of standard input and is not read yet, then the rest of it. */
  async *octets(): AsyncGenerator<Buffer> {
    if (this.#rest.length > 0) yield this.#rest;
    this.#rest = Buffer.alloc(0);
    if (this.#isEnded) return;
    this.#isEnded = true;
    for await (const piece of process.stdin) yield piece as Buffer;
  }

  interrupt(): void {
    this.#rest = Buffer.alloc(0);
    this.#answer({ kind: 'interrupted' });
  }

  #open(): Source {
    const source = this.isTerminal ? new ReadStream(0) : process.stdin;
    source.on('data', (octets: Buffer) => {
      this.#rest = this.#rest.length === 0 ? octets : Buffer.concat([this.#rest, octets]);
      const line = this.#waiting === undefined ? undefined : this.#takeLine();
      if (line === undefined) return;
      source.pause();
      this.#answer({ kind: 'line', text: line });
    });
    const end = () => {
      // A terminal is opened anew for the next line.
      if (this.isTerminal) source.destroy();
      else this.#isEnded = true;
      this.#source = undefined;
      // A line that is gone looks like Ctrl-D, until its signal is heard.
      if (this.isTerminal) setTimeout(() => this.#end(), HANG_UP_MS);
      else this.#end();
    };
    source.once('end', end);
    source.once('error', end);
    return source;
  }

  #end(): void {
    if (this.#waiting !== undefined) this.#answer(this.#takeEnd());
  }

  #takeLine(): string | undefined {
    const lineFeed = this.#rest.indexOf(LF);
    if (lineFeed < 0) return undefined;
    const line = this.#rest.toString('utf8', 0, lineFeed);
    this.#rest = Buffer.from(this.#rest.subarray(lineFeed + 1));
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  /** A last line may have no end. */
  #takeEnd(): InputEvent {
    if (this.#rest.length === 0) return { kind: 'end' };
    const text = this.#rest.toString('utf8');
    this.#rest = Buffer.alloc(0);
    return { kind: 'line', text };
  }

  #answer(event: InputEvent): void {
    this.#waiting?.(event);
    this.#waiting = undefined;
  }
}
