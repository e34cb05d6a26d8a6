// The call that makes promises: whoever makes it waits for the disk.

import { fdatasyncSync } from 'node:fs';

/** Returns how long it took, in ms. */
export function syncNow(descriptors: readonly number[]): number {
  const startedMs = performance.now();
  for (const descriptor of descriptors) fdatasyncSync(descriptor);
  return performance.now() - startedMs;
}
