// Plays dialogs (`dialog-language.ts`): the same file runs in memory and over sockets.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type ClientStream, type Conversation, conversation } from './client-stream.ts';
import { type Dialog, type DialogAction, readDialog } from './dialog-language.ts';

export interface DialogOptions {
  /** How long an expected line may take. */
  readonly timeoutMs?: number;
}

const STEP_TIMEOUT_MS = 60_000;

/** Plays the dialog; the first difference is an error that names file and line. */
export async function runDialog(
  dialog: Dialog,
  connect: (client: number) => ClientStream | Promise<ClientStream>,
  options: DialogOptions = {},
): Promise<void> {
  const clients = new Map<number, Conversation>();
  const timeoutMs = options.timeoutMs ?? STEP_TIMEOUT_MS;
  try {
    for (const [i, step] of dialog.steps.entries()) {
      const client = clients.get(step.client) ?? conversation(await connect(step.client));
      clients.set(step.client, client);
      // `S...` belongs to the expectation behind it.
      if (step.action.kind === 'skip') continue;
      const skipping = dialog.steps[i - 1]?.action.kind === 'skip';
      try {
        await perform(step.action, client, timeoutMs, skipping);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const who = clients.size > 1 ? ` (client ${step.client})` : '';
        throw new Error(`${dialog.file}:${step.line}${who}: ${reason}`, { cause: error });
      }
    }
  } finally {
    for (const client of clients.values()) client.close();
  }
}

/** One test for each `.dialog` file of a folder, under its title. */
export function dialogTests(
  folder: string,
  connect: (client: number, dialog: Dialog) => ClientStream | Promise<ClientStream>,
  options: DialogOptions = {},
): void {
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.dialog')) continue;
    const dialog = readDialog(join(folder, name));
    test(`${dialog.title} (${name})`, () => runDialog(dialog, (client) => connect(client, dialog), options));
  }
}

async function perform(
  action: DialogAction,
  client: Conversation,
  timeoutMs: number,
  skipping: boolean,
): Promise<void> {
  switch (action.kind) {
    case 'send':
      return client.send(action.bytes);
    case 'expect':
      return expectLine(client, timeoutMs, skipping, action.text, (line) => line === action.text);
    case 'expect-like':
      return expectLine(client, timeoutMs, skipping, action.pattern, (line) => matchesPattern(action.pattern, line));
    case 'expect-bytes': {
      const got = await client.readExactly(action.bytes.length, timeoutMs);
      return assert.deepEqual(got.toString('latin1'), action.bytes.toString('latin1'), different(action.bytes, got));
    }
    case 'skip':
      return;
    case 'tls':
      return client.startTls();
    case 'close':
      return client.close();
    case 'reset':
      return client.reset();
    case 'closed': {
      const line = await client.readLine(timeoutMs);
      return assert.equal(line, undefined, `expected the server to close\n       got ${line}`);
    }
    case 'quiet': {
      const chunk = await client.read(action.forMs).catch(silence);
      return assert.equal(chunk, 'nothing', `expected silence\n     got ${chunk ?? 'the end of the connection'}`);
    }
    case 'pause':
      return pause(action.forMs);
  }
}

async function expectLine(
  client: Conversation,
  timeoutMs: number,
  skipping: boolean,
  expected: string,
  matches: (line: string) => boolean,
): Promise<void> {
  for (;;) {
    const line = await client.readLine(timeoutMs).catch((error: Error) => {
      throw new Error(`expected ${expected}\n     but ${error.message}`);
    });
    if (line === undefined) throw new Error(`expected ${expected}\n     but the server closed`);
    if (matches(line)) return;
    if (!skipping) throw new Error(`expected ${expected}\n     got ${line.replace(/\n$/, '\\n (no CR)')}`);
  }
}

function silence(error: Error): 'nothing' {
  if (/nothing came in time/.test(error.message)) return 'nothing';
  throw error;
}

function different(expected: Buffer, got: Buffer): string {
  return `expected ${JSON.stringify(expected.toString('latin1'))}\n     got ${JSON.stringify(got.toString('latin1'))}`;
}

/** `*` is any run of characters, `\*` an asterisk. Linear: the pieces are looked for one after the other. */
export function matchesPattern(pattern: string, line: string): boolean {
  const pieces = pattern.split(/(?<!\\)\*/).map((piece) => piece.replaceAll('\\*', '*'));
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return line === first;
  if (!line.startsWith(first) || line.length < first.length + last.length || !line.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = line.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= line.length - last.length;
}
