// Runs the server's process to its end, for `start`. What this program is told by a signal, it hands on.

import type { BoundListener } from '#processes/messages.ts';
import type { CommandContext } from './command-context.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-code.ts';
import { startSupervisor } from './supervisor-process.ts';

/** Resolves when the server was told to stop. Throws CommandFailure when it could not start. */
export async function runServer(
  context: CommandContext,
  configFile: string,
  announce: (listeners: readonly BoundListener[]) => void,
): Promise<void> {
  const supervisor = startSupervisor(configFile, { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => supervisor.process.kill(signal));
  }
  const first = await supervisor.started;
  if (first.kind === 'failed') throw new CommandFailure(knownExitCode(first.exitCode), first.text);
  announce(first.listeners);
  context.exitCode = await supervisor.ended;
}

function knownExitCode(code: number): ExitCode {
  return Object.values(EXIT).find((known) => known === code) ?? EXIT.software;
}
