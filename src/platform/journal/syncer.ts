// Makes a file's octets durable, one call at a time. The journal waits for it and for nothing else.

import { Worker } from 'node:worker_threads';
import type { SyncAnswer } from './sync-thread.ts';

export interface Syncer extends AsyncDisposable {
  /** Resolves when all that was written to these before the call is on stable storage. One call at a time. */
  sync(descriptors: readonly number[]): Promise<void>;
}

/** A thread that nobody waits for does not keep the process alive; one that died is replaced. */
export function openSyncer(): Syncer {
  let thread: Worker | undefined;
  let waiting: { resolve(): void; reject(cause: Error): void } | undefined;

  const take = (): typeof waiting => {
    const taken = waiting;
    waiting = undefined;
    thread?.unref();
    return taken;
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./sync-thread.ts', import.meta.url), { trackUnmanagedFds: false });
    started.on('message', (answer: SyncAnswer) => {
      if (answer.kind === 'synced') take()?.resolve();
      else take()?.reject(Object.assign(new Error(answer.message), { code: answer.code }));
    });
    const end = (cause: Error): void => {
      if (thread === started) thread = undefined;
      take()?.reject(cause);
    };
    started.on('error', end);
    started.on('exit', () => end(new Error('the sync thread ended')));
    return started;
  };
  return {
    sync(descriptors) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting = { resolve, reject };
      thread ??= start();
      thread.ref();
      thread.postMessage(descriptors);
      return promise;
    },
    async [Symbol.asyncDispose]() {
      const stopped = thread;
      thread = undefined;
      await stopped?.terminate();
    },
  };
}
