// What was spent between two moments: time, the server's CPU, everybody's CPU, the disk's flushes.

import { cpuSecondsOf } from './accounting.ts';
import { busySeconds, diskFlushes } from './machine.ts';

export interface Spent {
  readonly seconds: number;
  readonly serverCpuSeconds: number;
  /** Of the whole machine, the server and the load generator included. */
  readonly busySeconds: number;
  readonly diskFlushes: number;
}

/** Starts measuring; the function that comes back reads what was spent since. */
export function startMeter(rootPids: readonly number[], folder: string): () => Spent {
  const read = () => ({
    seconds: performance.now() / 1000,
    serverCpuSeconds: cpuSecondsOf(rootPids),
    busySeconds: busySeconds(),
    diskFlushes: diskFlushes(folder),
  });
  const before = read();
  return () => {
    const now = read();
    return {
      seconds: now.seconds - before.seconds,
      serverCpuSeconds: now.serverCpuSeconds - before.serverCpuSeconds,
      busySeconds: now.busySeconds - before.busySeconds,
      diskFlushes: now.diskFlushes - before.diskFlushes,
    };
  };
}
