// A thread of the journal's own: all it does is `fdatasync`, so that no promise ever waits behind password hashing or file
// operations in libuv's pool.

import { parentPort } from 'node:worker_threads';
import { messageOf } from '#base/thrown.ts';
import { syncNow } from './sync-now.ts';

export type SyncAnswer =
  | { readonly kind: 'synced'; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined };

if (parentPort === null) throw new Error('sync-thread.ts runs as a thread only');
const port = parentPort;

port.on('message', (descriptors: readonly number[]) => port.postMessage(sync(descriptors)));

function sync(descriptors: readonly number[]): SyncAnswer {
  try {
    return { kind: 'synced', tookMs: syncNow(descriptors) };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    return { kind: 'failed', message: messageOf(cause), code };
  }
}
