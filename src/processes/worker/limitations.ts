// Who is being limited now, for `valija status`: by the visitors' counts, and by failed logins.

import type { ServerStatus } from '#mail/ports/status-source.ts';
import type { House } from './compose.ts';

/** A status is one line of the control socket: a flood must not make it too long. */
const MOST_TOLD = 100;

export function limitationsOf({
  visitors,
  login,
}: Pick<House, 'visitors' | 'login'>): Pick<ServerStatus, 'limited' | 'limitedTotal'> {
  const limited = [...visitors.record.current(), ...login.limited()];
  return { limited: limited.slice(0, MOST_TOLD), limitedTotal: limited.length };
}
