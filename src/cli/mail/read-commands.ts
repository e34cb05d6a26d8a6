// Files of commands: `/etc/mail.rc`, `~/.mailrc`, and those that `source` names. The first command that fails ends the file.

import { readFileSync, statSync } from 'node:fs';
import type { CommandEnd } from './command-end.ts';
import { MailFailure } from './failure.ts';
import { expandFileName } from './file-names.ts';
import { print, type Session } from './session.ts';

const DEEPEST = 20;
const LARGEST_BYTES = 1024 * 1024;

/** What Debian's `/etc/mail.rc` says, for machines that have none. */
const USUAL_COMMANDS = [
  'set ask askcc append dot save crt',
  'ignore Received Message-Id Resent-Message-Id Status Mail-From Return-Path Via Delivered-To',
];

export async function readStartFiles(session: Session, readsSystemFile: boolean): Promise<void> {
  if (readsSystemFile) await runLines(session, readLines('/etc/mail.rc') ?? USUAL_COMMANDS);
  const own = expandFileName(session, session.variables.value('MAILRC') ?? '~/.mailrc');
  await runLines(session, readLines(own) ?? []);
}

export async function readCommandsOf(session: Session, name: string): Promise<CommandEnd> {
  if (session.sourceDepth >= DEEPEST) {
    print(session, 'mail.sources-too-deep');
    return 'failed';
  }
  const path = expandFileName(session, name);
  const lines = readLines(path);
  if (lines === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
  await runLines(session, lines);
  return 'done';
}

async function runLines(session: Session, lines: readonly string[]): Promise<void> {
  const { condition } = session;
  session.sourceDepth++;
  session.condition = 'any';
  try {
    for (const line of lines) if ((await session.run(line, 'at-prompt')) !== 'done') return;
    if (session.condition !== 'any') print(session, 'mail.unmatched-if');
  } finally {
    session.sourceDepth--;
    session.condition = condition;
  }
}

/** Lines that end with `\` go on in the next. `undefined` where there is no such file. */
function readLines(path: string): string[] | undefined {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return undefined;
  // A FIFO or a device would keep us here for ever.
  if (!facts.isFile() || facts.size > LARGEST_BYTES) throw new MailFailure('mail.bad-commands-file', { path });
  return readFileSync(path, 'utf8').replaceAll('\\\n', ' ').split('\n');
}
