// `fdatasync` in a thread beside this one, which goes on meanwhile.

import { Worker } from 'node:worker_threads';
import type { SyncAnswer } from './sync-thread.ts';

export interface SyncBeside extends AsyncDisposable {
  /** Resolves with how long it took, in ms, without the ways there and back. One call at a time. */
  sync(descriptors: readonly number[]): Promise<number>;
}

/** The thread starts with the first call. One that nobody waits for does not keep the process alive; one that died is replaced. */
export function openSyncBeside(): SyncBeside {
  let thread: Worker | undefined;
  let waiting: PromiseWithResolvers<number> | undefined;

  const take = (): typeof waiting => {
    const taken = waiting;
    waiting = undefined;
    thread?.unref();
    return taken;
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./sync-thread.ts', import.meta.url), { trackUnmanagedFds: false });
    started.on('message', (answer: SyncAnswer) => {
      if (answer.kind === 'synced') take()?.resolve(answer.tookMs);
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
      waiting = Promise.withResolvers<number>();
      thread ??= start();
      thread.ref();
      thread.postMessage(descriptors);
      return waiting.promise;
    },
    async [Symbol.asyncDispose]() {
      const stopped = thread;
      thread = undefined;
      await stopped?.terminate();
    },
  };
}
