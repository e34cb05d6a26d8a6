// Has the running server load a file that was just put in place, and waits to hear whether it did. What it refuses is taken
// back, so that the next start does not stumble over it.

import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '#base/thrown.ts';
import type { ServerStatus } from '#mail/ports/status-source.ts';
import { configDigest } from '#platform/config/config-history.ts';
import { installConfig, takeConfigBack } from '#platform/config/config-trial.ts';
import { askServer, NOT_RUNNING } from '../ask-server.ts';
import type { CommandContext } from '../command-context.ts';
import { refusalText } from '../config-complaints.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import { nameOfUser } from '../user-name.ts';

/** A server attacks itself, opens tables and reads certificates before it says so. */
const PATIENCE_MS = 90_000;
const POLL_MS = 100;

export interface Installation {
  readonly file: string;
  readonly text: string;
  /** Where the server listens for commands. */
  readonly control: string;
  readonly how: 'apply' | 'rollback';
  readonly untilMs: number | undefined;
}

/** `not-running`: it is in its place, and the next start finds it. */
export async function loadFile(context: CommandContext, installation: Installation): Promise<'loaded' | 'not-running'> {
  const { file, text, control, how, untilMs } = installation;
  const before = await readStatus(context, control);
  install(context, file, text, untilMs);
  if (before === undefined) return 'not-running';
  const { SUDO_USER: by = nameOfUser(process.getuid?.() ?? 0) } = context.environment;
  await askServer(context, control, 'config.announce', { by, how });
  const sinceMs = Date.now();
  signal(context, file, before.configuration.supervisorPid);
  const refusal = await untilDecided(context, control, { digest: configDigest(text), sinceMs });
  if (refusal === undefined) return 'loaded';
  takeConfigBack(file);
  throw new CommandFailure(EXIT.configuration, context.say('config.apply.refused', { reason: refusal }));
}

function install({ say }: CommandContext, file: string, text: string, untilMs: number | undefined): void {
  try {
    installConfig(file, text, untilMs);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new CommandFailure(EXIT.ioError, say('config.apply.cannot-write', { file, reason }));
  }
}

function signal({ say }: CommandContext, file: string, pid: number): void {
  try {
    process.kill(pid, 'SIGHUP');
  } catch (cause) {
    takeConfigBack(file);
    const reason = messageOf(cause);
    throw new CommandFailure(EXIT.notPermitted, say('config.apply.cannot-signal', { pid, reason }));
  }
}

/** Why not; `undefined` when it is in force. */
async function untilDecided(
  context: CommandContext,
  control: string,
  wanted: { readonly digest: string; readonly sinceMs: number },
): Promise<string | undefined> {
  while (Date.now() < wanted.sinceMs + PATIENCE_MS) {
    const { digest, refusal } = (await readStatusOrNone(context, control))?.configuration ?? {};
    if (digest === wanted.digest) return undefined;
    // The server's JSON has null where there is none.
    if (refusal && refusal.atMs >= wanted.sinceMs) return refusalText(context, refusal);
    await delay(POLL_MS);
  }
  return context.say('config.apply.no-word');
}

/** A server whose worker ends over what it loads starts another one, and answers a moment later. */
async function readStatusOrNone(context: CommandContext, control: string): Promise<ServerStatus | undefined> {
  try {
    return await readStatus(context, control);
  } catch (error) {
    if (error instanceof CommandFailure && error.exitCode === EXIT.unavailable) return undefined;
    throw error;
  }
}

async function readStatus(context: CommandContext, control: string): Promise<ServerStatus | undefined> {
  const answer = await askServer(context, control, 'status', {});
  return answer !== NOT_RUNNING && 'value' in answer ? (answer.value as ServerStatus) : undefined;
}
