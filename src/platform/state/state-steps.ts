// What must be done to a state of an older version, one step after the other. A step works on copies only
// (`migrate-state.ts`), so that it may be stopped at any moment and costs nothing when it fails. Whoever raises the version
// of a database's schema adds a step that opens the copy with the new schema, and raises STATE_VERSION.

import { join } from 'node:path';
import { migrateJourneys } from '#platform/journeys/migrate-journeys.ts';

/** The databases that are not caches. Indexes have versions of their own and are made again from the files. */
export const DATABASES = ['directory.db', 'greylist.db', 'journeys.db', 'queue.db', 'reports.db'] as const;

export interface StateStep {
  readonly from: number;
  readonly to: number;
  /** For the log: what becomes different. */
  readonly description: string;
  /** Absent where nothing but the number changes. `folder` holds a copy of each database that there is. */
  readonly change?: (folder: string) => void;
}

export const STATE_STEPS: readonly StateStep[] = [
  { from: 0, to: 1, description: 'the state gets a VERSION file' },
  {
    from: 1,
    to: 2,
    description: 'journeys are found by address, domain, client and time',
    change: (folder) => migrateJourneys(join(folder, 'journeys.db')),
  },
  { from: 2, to: 3, description: 'large messages wait in the journal as they will lie in their mailboxes' },
];

/** Those that lead from one version to another, in order; `undefined` when there is no such way. */
export function findSteps(steps: readonly StateStep[], from: number, to: number): StateStep[] | undefined {
  const way: StateStep[] = [];
  for (let at = from; at !== to; ) {
    const step = steps.find((each) => each.from === at && each.to > at && each.to <= to);
    if (step === undefined) return undefined;
    way.push(step);
    at = step.to;
  }
  return way;
}
