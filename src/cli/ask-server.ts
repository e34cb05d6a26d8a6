// A question to the running server, and what a person is told when it cannot be answered.

import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unreachable } from '#base/unreachable.ts';
import type { ControlFault } from '#mail/ports/control-method.ts';
import type { Config } from '#platform/config/schema.ts';
import { type ControlFailure, callControl } from '#platform/ipc/control-client.ts';
import type { CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { nameOfUser } from './user-name.ts';

export const NOT_RUNNING = Symbol('no server runs');

/** Where the server listens for commands. */
export function controlPath(config: Config): string {
  return join(config.state_directory, 'run', 'control.sock');
}

/** The answer, a refusal of the directory, or that nobody is there; everything else ends the command. */
export async function askServer(
  context: CommandContext,
  path: string,
  method: string,
  params: unknown,
): Promise<{ readonly value: unknown } | { readonly fault: ControlFault } | typeof NOT_RUNNING> {
  const outcome = await callControl(path, method, params);
  if (outcome.ok) return { value: outcome.value };
  const failure = outcome.error;
  if (failure.kind === 'not-running') return NOT_RUNNING;
  if (failure.kind === 'fault' && failure.fault.code === 'refused') return { fault: failure.fault };
  throw describeFailure(context, path, failure);
}

function describeFailure(
  { say }: CommandContext,
  path: string,
  failure: Exclude<ControlFailure, { kind: 'not-running' }>,
): CommandFailure {
  switch (failure.kind) {
    case 'not-permitted':
      return new CommandFailure(EXIT.notPermitted, say('control.not-permitted', { path, owner: ownerOf(path) }));
    case 'path-too-long':
      return new CommandFailure(EXIT.configuration, say('control.path-too-long', { path, most: failure.mostOctets }));
    case 'no-answer':
      return new CommandFailure(EXIT.unavailable, say('control.no-answer', { reason: failure.message }));
    case 'fault': {
      const { code, message } = failure.fault;
      if (code === 'unavailable') {
        return new CommandFailure(EXIT.temporary, say('control.unavailable', { reason: message }));
      }
      return new CommandFailure(EXIT.software, say('control.failed', { reason: message }));
    }
    default:
      return unreachable(failure);
  }
}

/** Of the socket, or of the nearest folder around it that this user sees. */
function ownerOf(path: string): string {
  try {
    return nameOfUser(statSync(path).uid);
  } catch {
    return ownerOf(dirname(path));
  }
}
