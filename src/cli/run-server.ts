// Runs the server's process to its end, for `serve` and `start`.

import type { BoundListener } from '#processes/messages.ts';
import type { CommandContext } from './command-context.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-code.ts';
import { startWorker } from './worker-process.ts';

/** Resolves when the server was told to stop. Throws CommandFailure when it could not start. */
export async function runServer(
  context: CommandContext,
  configFile: string,
  announce: (listeners: readonly BoundListener[]) => void,
): Promise<void> {
  const worker = startWorker({ configFile, logToTerminal: true });
  const first = await worker.started;
  if (first.kind === 'failed') throw new CommandFailure(knownExitCode(first.exitCode), first.text);
  announce(first.listeners);
  context.exitCode = await worker.ended;
}

function knownExitCode(code: number): ExitCode {
  return Object.values(EXIT).find((known) => known === code) ?? EXIT.software;
}
