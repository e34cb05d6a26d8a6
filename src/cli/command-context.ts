// What every command is given: its words, its streams, and the options that stand before or behind any command. No
// command looks at `process` itself.

import type { Command } from 'commander';
import type { Paint } from './output/colour.ts';
import type { Language, Say } from './texts/say.ts';

export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface CommandContext extends Terminal {
  readonly language: Language;
  readonly say: Say;
  /** Colours for standard output: none unless a person reads it. */
  readonly paint: Paint;
  /** Of the options before or behind any command; known once a command runs. */
  globalOptions(): GlobalOptions;
  /** One or more lines on standard output. */
  print(text: string): void;
  /** What the program ends with when no CommandFailure is thrown; 0 unless a command sets it. */
  exitCode: number;
}

export interface GlobalOptions {
  /** As given with --config; `undefined` means: look in the usual places. */
  readonly config: string | undefined;
  readonly json: boolean;
}

/** Puts one command, with its arguments, help and action, into the program. */
export type AddCommand = (program: Command, context: CommandContext) => void;
