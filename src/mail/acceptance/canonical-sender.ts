// The envelope's sender as canonical_maps want it. Throws WorldError where they cannot be asked, or make no sense.

import { WorldError } from '#base/world-error.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import type { ReversePath } from './envelope.ts';

export async function canonicalSender(
  { routing }: Pick<AcceptanceWorld, 'routing'>,
  reversePath: ReversePath,
): Promise<ReversePath> {
  if (reversePath === undefined) return undefined;
  const canonical = await routing.findCanonical(reversePath, 'sender');
  if (!canonical.ok) throw new WorldError(canonical.error, { transient: true });
  return canonical.value;
}
