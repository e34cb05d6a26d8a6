// The journal's own thread: all it does is `fdatasync`, so that no promise ever waits behind password hashing or file
// operations in libuv's pool.

import { fdatasyncSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { messageOf } from '#base/thrown.ts';

export type SyncAnswer =
  | { readonly kind: 'synced' }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined };

if (parentPort === null) throw new Error('sync-thread.ts runs as a thread only');
const port = parentPort;

port.on('message', (descriptors: readonly number[]) => port.postMessage(sync(descriptors)));

function sync(descriptors: readonly number[]): SyncAnswer {
  try {
    for (const descriptor of descriptors) fdatasyncSync(descriptor);
    return { kind: 'synced' };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    return { kind: 'failed', message: messageOf(cause), code };
  }
}
