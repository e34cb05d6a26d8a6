// LOGOUT. RFC 3501 §6.1.3.

import { completed, type Move } from '../move.ts';
import { formatUntagged } from '../response.ts';

export function runLogout(): Move {
  const untagged = [formatUntagged('BYE', undefined, 'Logging out')];
  return completed('LOGOUT completed', { untagged, transition: { kind: 'logged-out' } });
}
