// What would become of an accepted message: mailboxes, next hops, and the servers that would be tried there.

import type { Result } from '#base/result.ts';
import type { JourneyEvent } from '#mail/journey/event.ts';
import type { PlannedEnd, TriedServer } from './outcome.ts';

export interface PlanningWorld {
  /** Of a destination as `smtp:example.org` names it; the error says why there is none. */
  readonly findServers: (destination: string) => Promise<Result<readonly TriedServer[], string>>;
}

const SMTP = 'smtp:';
/** Further ones are not looked up: the plan of a list with a thousand members is long enough. */
const MOST_LOOKUPS = 20;

export async function planOf({ findServers }: PlanningWorld, events: readonly JourneyEvent[]): Promise<PlannedEnd[]> {
  const found = new Map<string, Awaited<ReturnType<typeof findServers>>>();
  const ends: PlannedEnd[] = [];
  const held = events.some(({ kind }) => kind === 'held') ? ({ held: true } as const) : {};
  for (const event of events) {
    if (event.kind === 'discarded') ends.push({ kind: 'discard' });
    if (event.kind !== 'planned') continue;
    const { recipient } = event;
    if (event.action === 'file') {
      ends.push({ kind: 'file', recipient, account: event.account, mailbox: event.mailbox });
      continue;
    }
    const { nextHop } = event;
    if (nextHop.startsWith(SMTP) && !found.has(nextHop) && found.size < MOST_LOOKUPS) {
      found.set(nextHop, await findServers(nextHop.slice(SMTP.length)));
    }
    ends.push({ kind: 'queue', recipient, nextHop, ...describe(found.get(nextHop)), ...held });
  }
  return ends;
}

function describe(found: Result<readonly TriedServer[], string> | undefined) {
  if (found === undefined) return {};
  return found.ok ? { servers: found.value } : { failure: found.error };
}
