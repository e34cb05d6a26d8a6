// Makes a file's octets durable, one call at a time. The journal waits for it and for nothing else.
//
// Many disks are done in a fifth of a millisecond. To wake another thread for that, and be woken by it, takes longer, and
// as long as a processor's whole slice where that thread must wait for one: so long as the disk is fast, this thread waits
// for it itself. One that was slow is waited for by a thread beside, until it is fast again.

import { openSyncBeside, type SyncBeside } from './sync-beside.ts';
import { syncNow } from './sync-now.ts';

export interface Syncer extends AsyncDisposable {
  /** Resolves when all that was written to these before the call is on stable storage. One call at a time. */
  sync(descriptors: readonly number[]): Promise<void>;
}

export interface SyncWays {
  /** Both tell how long the disk took, in ms. */
  readonly here: (descriptors: readonly number[]) => number;
  readonly beside: SyncBeside;
}

/** A disk is fast when its last sync took no longer: less than a slice of filing, which the thread's others wait for, too. */
const FAST_MS = 2;

export function openSyncer({ here, beside }: SyncWays = { here: syncNow, beside: openSyncBeside() }): Syncer {
  let lastMs = 0;
  return {
    async sync(descriptors) {
      lastMs = lastMs <= FAST_MS ? here(descriptors) : await beside.sync(descriptors);
    },
    [Symbol.asyncDispose]: () => beside[Symbol.asyncDispose](),
  };
}
