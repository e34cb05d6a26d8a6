// Commands that open the state themselves, because no server runs, look at its version first, as the server does.

import { takeOwnership } from '#platform/files/owner-lock.ts';
import { prepareState } from '#platform/state/prepare-state.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { readVersion } from './program.ts';

export function prepareStateForCommand(folder: string): void {
  using owned = takeOwnership(folder);
  // A server that is just starting does it itself.
  if (owned === undefined) return;
  const prepared = prepareState({ folder, program: readVersion() });
  if (!prepared.ok) throw new CommandFailure(EXIT.configuration, prepared.error);
}
