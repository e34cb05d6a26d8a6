// Gives a message to a command of the user's: by a shell, in the user's home, with Postfix's environment (local(8)) and nothing
// of ours. Its end decides: 0 delivered, 75 (EX_TEMPFAIL) later, anything else a bounce with what it said.

import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { messageOf } from '#base/thrown.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { SystemUser } from '#mail/ports/system-users.ts';
import { formatFromLine } from '#platform/mbox/from-line.ts';
import { deferred, failed } from '#platform/mbox/mailbox-fault.ts';
import { type CommandEnd, endOfCommand } from './command-end.ts';
import { type DeliveryAnswer, delivered } from './delivery-answer.ts';
import type { DeliveryOrder } from './delivery-order.ts';
import { LineFeeds } from './line-feeds.ts';

const SHELL = '/bin/sh';
const PATH = '/usr/bin:/bin';
const MOST_OUTPUT_BYTES = 10_240;
const LONGEST_SAID = 400;
const EX_TEMPFAIL = 75;

/** sysexits(3), as Postfix tells of them. */
const EXITS: Readonly<Record<number, { readonly status: string; readonly meaning: string }>> = {
  64: { status: '5.3.0', meaning: 'command line usage error' },
  65: { status: '5.6.0', meaning: 'data format error' },
  66: { status: '5.3.0', meaning: 'cannot open input' },
  67: { status: '5.1.1', meaning: 'user unknown' },
  68: { status: '5.1.2', meaning: 'host name unknown' },
  69: { status: '5.3.0', meaning: 'service unavailable' },
  70: { status: '5.3.0', meaning: 'internal software error' },
  71: { status: '5.3.0', meaning: 'system resource problem' },
  72: { status: '5.3.0', meaning: 'critical OS file missing' },
  73: { status: '5.2.0', meaning: "can't create user output file" },
  74: { status: '5.3.0', meaning: 'input/output error' },
  76: { status: '5.5.0', meaning: 'remote error in protocol' },
  77: { status: '5.7.0', meaning: 'permission denied' },
  78: { status: '5.3.5', meaning: 'local configuration error' },
};

export async function runCommand(
  command: string,
  user: SystemUser,
  order: DeliveryOrder,
  message: MessageContent,
): Promise<DeliveryAnswer> {
  if (user.uid === 0) return failed('5.3.5', 'mail for root is given to no command');
  let child: ChildProcess;
  try {
    child = start(command, user, order);
  } catch (cause) {
    // It is longer than the system takes, or has a NUL in it.
    return deferred('4.3.5', `cannot run "${command.slice(0, LONGEST_SAID)}": ${messageOf(cause)}`);
  }
  try {
    const output = collectOutput(child);
    const ended = endOfCommand(child, order.settings.command_time_limit_ms, () => killGroup(child));
    const [end] = await Promise.all([ended, feed(child, order, message)]);
    return answerOf(command, end, output());
  } catch (cause) {
    // It has not seen all of the message: it must not take what it has for the whole.
    killGroup(child);
    const detail = messageOf(cause);
    return deferred('4.3.0', `cannot run "${command}": ${detail}`);
  }
}

function start(command: string, user: SystemUser, order: DeliveryOrder): ChildProcess {
  return spawn(SHELL, ['-c', command], {
    cwd: folderOf(user),
    env: environmentOf(user, order),
    stdio: ['pipe', 'pipe', 'pipe'],
    // A process group of its own, so that at the time limit its children end with it.
    detached: true,
  });
}

function answerOf(command: string, { code, signal, isOverTime }: CommandEnd, output: string): DeliveryAnswer {
  if (isOverTime) return failed('5.3.0', `Command time limit exceeded: "${command}"`);
  const said = output === '' ? '' : `. Command output: ${output}`;
  if (code === 0) return delivered(`delivered to command: ${command}`);
  if (code === null) return deferred('4.3.0', `Command died with signal ${signal}: "${command}"${said}`);
  if (code === EX_TEMPFAIL) return deferred('4.3.0', `temporary failure${said}`);
  const known = EXITS[code];
  if (known !== undefined) return failed(known.status, `${known.meaning}${said}`);
  return failed('5.3.0', `Command died with status ${code}: "${command}"${said}`);
}

/** With the From_ line that vacation(1) and procmail(1) look for, LF line ends, and nothing quoted. */
async function feed(
  { stdin }: ChildProcess,
  { sender, dateMs }: DeliveryOrder,
  message: MessageContent,
): Promise<void> {
  if (stdin === null) return;
  // A command that has read enough closes its end: no failure, its exit status decides.
  stdin.on('error', () => undefined);
  const write = (octets: Buffer): Promise<void> => new Promise((resolve) => stdin.write(octets, () => resolve()));
  const lines = new LineFeeds();
  await write(Buffer.from(formatFromLine(sender, dateMs)));
  for await (const piece of message.stream()) {
    if (!stdin.writable) break;
    await write(lines.convert(piece));
  }
  stdin.end(lines.end());
}

/** The first line of what it said, printable. */
function collectOutput(child: ChildProcess): () => string {
  const pieces: Buffer[] = [];
  let size = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece: Buffer) => {
      if (size < MOST_OUTPUT_BYTES) pieces.push(piece);
      size += piece.length;
    });
  }
  return () => {
    const line = Buffer.concat(pieces).toString('utf8').trimStart().split('\n', 1)[0] ?? '';
    return line
      .slice(0, LONGEST_SAID)
      .replace(/[\p{Cc}\p{Cf}\ufffd]/gu, '?')
      .trimEnd();
  };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them are gone.
  }
}

/** Characters of addresses that mean something to a shell become `_`: Postfix's `command_expansion_filter`. */
const UNSAFE = /[^1234567890!@%\-_=+:,./a-zA-Z]/g;

function environmentOf(user: SystemUser, order: DeliveryOrder): NodeJS.ProcessEnv {
  const { sender, recipient, originalRecipient, extension } = order;
  const at = recipient.lastIndexOf('@');
  const safe = (text: string) => text.replace(UNSAFE, '_');
  const inherited = ['TZ', 'LANG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    PATH,
    USER: user.name,
    LOGNAME: user.name,
    HOME: user.home,
    SHELL: user.shell === '' ? SHELL : user.shell,
    SENDER: safe(sender === '' ? 'MAILER-DAEMON' : sender),
    RECIPIENT: safe(recipient),
    ORIGINAL_RECIPIENT: safe(originalRecipient),
    LOCAL: safe(at < 0 ? recipient : recipient.slice(0, at)),
    DOMAIN: safe(at < 0 ? '' : recipient.slice(at + 1)),
    ...(extension === undefined || extension === '' ? {} : { EXTENSION: safe(extension) }),
  };
}

/** `nobody` and others like it have a home that is nowhere. */
function folderOf({ home }: SystemUser): string {
  try {
    accessSync(home, constants.X_OK);
    return home;
  } catch {
    return '/';
  }
}
