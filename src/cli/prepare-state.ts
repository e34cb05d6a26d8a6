// Commands that open the state themselves, because no server runs, look at its version first, as the server does.

import type { Result } from '#base/result.ts';
import { takeOwnership } from '#platform/files/owner-lock.ts';
import { ownVersion } from '#platform/machine/own-version.ts';
import { findRefusal, prepareState } from '#platform/state/prepare-state.ts';
import { CommandFailure, EXIT } from './exit-code.ts';

export function prepareStateForCommand(folder: string): void {
  using owned = takeOwnership(folder);
  const state = { folder, program: ownVersion() };
  // A server that is just starting, or another command, prepares it itself.
  const refusal = owned === undefined ? findRefusal(state) : refusalOf(prepareState(state));
  if (refusal !== undefined) throw new CommandFailure(EXIT.configuration, refusal);
}

function refusalOf(prepared: Result<unknown, string>): string | undefined {
  return prepared.ok ? undefined : prepared.error;
}
