// Commands that open the state themselves, because no server runs, look at its version first, as the server does.

import { takeOwnership } from '#platform/files/owner-lock.ts';
import { ownVersion } from '#platform/machine/own-version.ts';
import { prepareState } from '#platform/state/prepare-state.ts';
import { CommandFailure, EXIT } from './exit-code.ts';

export function prepareStateForCommand(folder: string): void {
  using owned = takeOwnership(folder);
  // A server that is just starting does it itself.
  if (owned === undefined) return;
  const prepared = prepareState({ folder, program: ownVersion() });
  if (!prepared.ok) throw new CommandFailure(EXIT.configuration, prepared.error);
}
