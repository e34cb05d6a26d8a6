// The queue on the disk, read while no server runs: what `valija queue list` and `mailq` tell then. Nothing is in hand, and
// nothing is changed.

import { existsSync } from 'node:fs';
import { WorldError } from '#base/world-error.ts';
import type { QueuedMessageListing, QueueFilter } from '#mail/ports/queue-admin.ts';
import type { StoredMessage } from '#mail/ports/queue-store.ts';
import { describeMessage, stateAtRest } from '#mail/queue/queue-listing.ts';
import type { Lifetimes } from '#mail/queue/retry-schedule.ts';
import { QueueDatabase } from './queue-database.ts';

export interface StoredQueue extends Disposable {
  list(filter: QueueFilter, afterId: string, limit: number): QueuedMessageListing[];
  find(queueId: string): QueuedMessageListing | undefined;
}

/** `undefined` where no queue was ever made. Throws WorldError for a database that cannot be read. */
export function openStoredQueue(file: string, lifetimes: Lifetimes): StoredQueue | undefined {
  if (!existsSync(file)) return undefined;
  const database = open(file);
  const describe = (stored: StoredMessage) =>
    describeMessage(lifetimes, stored.envelope, stateAtRest(stored), stored.recipients);
  return {
    list: (filter, afterId, limit) => {
      return filter.state === 'active' ? [] : database.list(filter, afterId, limit).map(describe);
    },
    find: (queueId) => {
      const stored = database.load(queueId);
      return stored && describe(stored);
    },
    [Symbol.dispose]: () => database[Symbol.dispose](),
  };
}

function open(file: string): QueueDatabase {
  try {
    return new QueueDatabase(file);
  } catch (cause) {
    throw new WorldError(`reading ${file}`, { transient: false, cause });
  }
}
