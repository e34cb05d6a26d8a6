// The dialog language: a talk between clients and a server as a text file that a mail engineer can review without
// knowing TypeScript. `test/dialogs/README.md` describes it.

import { readFileSync } from 'node:fs';

export type DialogAction =
  | { readonly kind: 'send'; readonly bytes: Buffer }
  | { readonly kind: 'expect'; readonly text: string }
  | { readonly kind: 'expect-like'; readonly pattern: string }
  | { readonly kind: 'expect-bytes'; readonly bytes: Buffer }
  | { readonly kind: 'skip' }
  | { readonly kind: 'tls' }
  | { readonly kind: 'close' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'quiet'; readonly forMs: number }
  | { readonly kind: 'pause'; readonly forMs: number };

export interface DialogStep {
  readonly line: number;
  readonly client: number;
  readonly action: DialogAction;
}

export interface Dialog {
  readonly file: string;
  /** The first comment line. */
  readonly title: string;
  readonly steps: readonly DialogStep[];
}

const DEFAULT_QUIET_MS = 50;

export function readDialog(file: string): Dialog {
  return parseDialog(readFileSync(file, 'utf8'), file);
}

/** Throws on a line it does not understand, naming it: a test that is skipped by a typing error is worse than none. */
export function parseDialog(text: string, file: string): Dialog {
  let title: string | undefined;
  const steps: DialogStep[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.startsWith('#')) title ??= line.slice(1).trim();
    if (line.startsWith('#') || line.trim() === '') continue;
    const prefixed = /^(\d+)> (.*)$/s.exec(line);
    const client = Number(prefixed?.[1] ?? 1);
    const action = parseAction(prefixed?.[2] ?? line);
    if (action === undefined) throw new Error(`${file}:${i + 1}: not a line of a dialog: ${line}`);
    steps.push({ line: i + 1, client, action });
  }
  if (title === undefined) throw new Error(`${file}:1: a dialog begins with its title: # What it shows`);
  return { file, title, steps };
}

function parseAction(line: string): DialogAction | undefined {
  const [word = '', rest] = [line.slice(0, 2), line.slice(3)];
  if (line === 'C:' || line.startsWith('C: ')) return { kind: 'send', bytes: Buffer.from(`${rest}\r\n`) };
  if (line === 'S:' || line.startsWith('S: ')) return { kind: 'expect', text: rest };
  if (word === 'S~') return { kind: 'expect-like', pattern: rest };
  if (word === 'C+') return { kind: 'send', bytes: octetsOf(rest) };
  if (word === 'S+') return { kind: 'expect-bytes', bytes: octetsOf(rest) };
  const [keyword, amount] = line.trimEnd().split(' ');
  const forMs = amount === undefined ? DEFAULT_QUIET_MS : Number(amount);
  switch (keyword) {
    case 'S...':
      return { kind: 'skip' };
    case 'TLS':
      return { kind: 'tls' };
    case 'CLOSE':
      return { kind: 'close' };
    case 'RESET':
      return { kind: 'reset' };
    case 'CLOSED':
      return { kind: 'closed' };
    case 'QUIET':
      return { kind: 'quiet', forMs };
    case 'PAUSE':
      return { kind: 'pause', forMs };
    default:
      return undefined;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };

/** `\r \n \t \\ \xHH`; anything else is UTF-8 as it stands. */
function octetsOf(text: string): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const match of text.matchAll(/\\(?:x([0-9a-fA-F]{2})|(.))/g)) {
    pieces.push(Buffer.from(text.slice(from, match.index)));
    const [whole, hex, letter] = match;
    const known = ESCAPES[letter ?? ''];
    if (hex === undefined && known === undefined) throw new Error(`unknown escape ${whole}`);
    pieces.push(hex === undefined ? Buffer.from(known ?? '') : Buffer.from([Number.parseInt(hex, 16)]));
    from = match.index + whole.length;
  }
  pieces.push(Buffer.from(text.slice(from)));
  return Buffer.concat(pieces);
}
