// Where the dialogue takes place: lines in, text out, the size of the screen, Ctrl-C, and the programs that have the terminal to
// themselves for a while.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { type InputEvent, LineInput } from './line-input.ts';

export interface ProgramStreams {
  /** Octets for its standard input; it has the terminal's otherwise. */
  readonly input?: Iterable<Buffer> | AsyncIterable<Buffer>;
  /** Gets what it writes; the terminal does otherwise. */
  readonly output?: (octets: Buffer) => void;
}

const USUAL_ROWS = 24;
const USUAL_COLUMNS = 80;
const NOT_FOUND = 127;

export class Terminal {
  readonly #input = new LineInput();
  #isInteractive: boolean;
  /** A program of the user's has the terminal: Ctrl-C is its. */
  #isLent = false;
  #isInterrupted = false;

  constructor() {
    this.#isInteractive = this.#input.isTerminal;
    process.on('SIGINT', () => {
      if (this.#isLent) return;
      this.#isInterrupted = true;
      this.#input.interrupt();
    });
  }

  /** There is somebody to talk to: `-I`, or standard input is a terminal. */
  get isInteractive(): boolean {
    return this.#isInteractive;
  }

  beInteractive(): void {
    this.#isInteractive = true;
  }

  get hasTerminal(): boolean {
    return this.#input.isTerminal;
  }

  get rows(): number {
    return process.stdout.rows || USUAL_ROWS;
  }

  get columns(): number {
    return process.stdout.columns || USUAL_COLUMNS;
  }

  write(text: string): void {
    process.stdout.write(text);
  }

  complain(text: string): void {
    process.stderr.write(text);
  }

  nextLine(): Promise<InputEvent> {
    this.#isInterrupted = false;
    return this.#input.next();
  }

  octets(): AsyncGenerator<Buffer> {
    return this.#input.octets();
  }

  /** Asks for one line that begins with what is there already, and can be edited. */
  async editLine(prompt: string, text: string): Promise<InputEvent> {
    if (text === '' || !this.#input.isTerminal) {
      this.write(prompt + (this.#input.isTerminal ? '' : text));
      const event = await this.nextLine();
      return event.kind === 'line' && !this.#input.isTerminal
        ? { kind: 'line', text: `${text} ${event.text}`.trim() }
        : event;
    }
    const editor = createInterface({ input: process.stdin, output: process.stdout, terminal: true });
    try {
      const answer = new Promise<InputEvent>((resolve) => {
        editor.once('SIGINT', () => resolve({ kind: 'interrupted' }));
        editor.once('close', () => resolve({ kind: 'end' }));
        editor.once('line', (line) => resolve({ kind: 'line', text: line }));
      });
      editor.setPrompt(prompt);
      editor.prompt();
      editor.write(text);
      return await answer;
    } finally {
      editor.close();
      process.stdin.pause();
    }
  }

  /** True once after Ctrl-C; lets a signal that waits be heard. */
  async wasInterrupted(): Promise<boolean> {
    await turn();
    const was = this.#isInterrupted;
    this.#isInterrupted = false;
    return was;
  }

  /** The exit status; 127 where it could not be started. */
  async run(program: string, args: readonly string[], streams: ProgramStreams = {}): Promise<number> {
    this.#isLent = true;
    try {
      const child = spawn(program, args, {
        stdio: [
          streams.input === undefined ? 'inherit' : 'pipe',
          streams.output === undefined ? 'inherit' : 'pipe',
          'inherit',
        ],
      });
      const status = new Promise<number>((resolve) => {
        child.once('error', () => resolve(NOT_FOUND));
        child.once('close', (code) => resolve(code ?? 1));
      });
      child.stdout?.on('data', (octets: Buffer) => streams.output?.(octets));
      if (child.stdin !== null && streams.input !== undefined) await feed(child.stdin, streams.input);
      return await status;
    } finally {
      this.#isLent = false;
    }
  }
}

/** A pager that is left early reads no more: that is no failure. */
async function feed(stream: NodeJS.WritableStream, pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
  let isOpen = true;
  const closed = new Promise<void>((resolve) => {
    const close = () => {
      isOpen = false;
      resolve();
    };
    stream.once('error', close);
    stream.once('close', close);
  });
  for await (const piece of pieces) {
    if (!isOpen) return;
    if (!stream.write(piece)) await Promise.race([closed, new Promise((drained) => stream.once('drain', drained))]);
  }
  stream.end();
}
