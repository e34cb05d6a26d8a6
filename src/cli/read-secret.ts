// Where a command gets a password or a hash from: asked twice at the terminal, or the one line of standard input.
// Never from an argument: whoever tries is told why, and what was typed is not repeated.

import type { CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { askHidden } from './output/prompt.ts';

/** More than any password or hash has; reading stops there. */
const MOST_INPUT_OCTETS = 16 * 1024;

export interface SecretOptions {
  readonly passwordStdin?: boolean;
  readonly hashStdin?: boolean;
  /** False where --no-password was given; a text or true where somebody tried `--password secret`. */
  readonly password?: unknown;
}

export type GivenSecret =
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'hash'; readonly hash: string }
  | { readonly kind: 'none' };

export async function readSecret(context: CommandContext, name: string, options: SecretOptions): Promise<GivenSecret> {
  const { say, input } = context;
  if (options.passwordStdin && options.hashStdin) {
    const values = { one: '--password-stdin', other: '--hash-stdin' };
    throw new CommandFailure(EXIT.usage, say('usage.options-conflict', values));
  }
  if (options.passwordStdin) return { kind: 'password', password: await readLine(context) };
  if (options.hashStdin) return { kind: 'hash', hash: (await readLine(context)).trim() };
  if (options.password === false) return { kind: 'none' };
  if (!input.isTTY) throw new CommandFailure(EXIT.usage, say('account.password-needed'));
  return { kind: 'password', password: await askTwice(context, name) };
}

/** Words behind the address can only be a password that somebody meant to set. */
export function refuseSecretArgument({ say }: CommandContext, extraWords: readonly string[], password: unknown): void {
  if (extraWords.length === 0 && typeof password !== 'string') return;
  throw new CommandFailure(EXIT.usage, say('usage.password-as-argument'));
}

async function askTwice({ say, input, errors }: CommandContext, name: string): Promise<string> {
  const first = await askHidden(input, errors, say('account.password-prompt', { name }));
  const second = first === undefined ? undefined : await askHidden(input, errors, say('account.password-again'));
  if (first === undefined || second === undefined) {
    throw new CommandFailure(EXIT.interrupted, say('account.password-given-up'));
  }
  if (first !== second) throw new CommandFailure(EXIT.data, say('account.password-differs'));
  return first;
}

async function readLine({ say, input }: CommandContext): Promise<string> {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    octets += chunk.length;
    if (octets > MOST_INPUT_OCTETS) throw new CommandFailure(EXIT.data, say('account.stdin-too-long'));
    chunks.push(chunk);
  }
  const line = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (line === '') throw new CommandFailure(EXIT.data, say('account.stdin-empty'));
  if (/[\r\n]/.test(line)) throw new CommandFailure(EXIT.data, say('account.stdin-lines'));
  return line;
}
