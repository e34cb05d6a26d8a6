// What a burst of work leaves behind goes back to the system when it is over. V8 keeps dead objects until it needs their
// room, and the room until it is short of memory; the C library keeps what was freed. On a small machine that is half of
// what the server holds after a busy minute. A thread that was busy and has rested for some seconds is collected, in three
// short steps between which it serves whoever comes; one that stays busy is left to V8. Not at every pause: with the dead
// objects goes the machine code that V8 made of hot functions, and a burst behind it costs a quarter more until it is back.

import {
  constants,
  type NodeGCPerformanceDetail,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { unreachable } from '#base/unreachable.ts';
import { giveBackFreeMemory } from '#platform/native/free-memory.ts';

export interface RestingThread {
  /** Since the last look, of one: how long the loop had something to do. */
  busyShare(): number;
  memory(): HeldMemory;
  /** Dead objects go, and what they held. */
  collect(): void;
  /** The pages that are empty then go, too. */
  releasePages(): void;
  /** What was freed in the C library's heaps goes. */
  trim(): void;
}

export interface HeldMemory {
  /** Objects, dead ones too. */
  readonly usedBytes: number;
  /** Those that V8 found alive when it last walked through all of them; where it never did, all. */
  readonly aliveBytes: number;
  /** The pages that they lie on, and what they hold outside of them. */
  readonly heldBytes: number;
}

export const REST_LIMITS = {
  lookEveryMs: 500,
  /** So many looks in a row find a thread at rest before anything is done: five seconds. */
  looksBefore: 10,
  /** Above it the thread does not rest. */
  busyShare: 0.15,
  /** Less is not worth a collection. */
  worthBytes: 16 * 1024 * 1024,
  /** To walk through more that is alive stops the thread for more than 50 ms: V8 does it in steps, when it must. */
  collectedBytes: 64 * 1024 * 1024,
  /** The same when pages are released, which walks through it twice. */
  releasedBytes: 56 * 1024 * 1024,
} as const;

type Phase = 'resting' | 'working' | 'collected' | 'released';

export class Rest {
  readonly #thread: RestingThread;
  /** The start of a server is work. */
  #phase: Phase = 'working';
  #calmLooks = 0;
  /** After the last collection. */
  #keptBytes = 0;

  constructor(thread: RestingThread) {
    this.#thread = thread;
  }

  /** From time to time, with time for others in between. */
  look(): void {
    const isBusy = this.#thread.busyShare() > REST_LIMITS.busyShare;
    this.#calmLooks = isBusy ? 0 : this.#calmLooks + 1;
    this.#phase = isBusy ? 'working' : this.#goOn();
    // What that took itself is no work.
    this.#thread.busyShare();
  }

  #goOn(): Phase {
    switch (this.#phase) {
      case 'resting':
        return this.#isWorthCollecting() ? 'working' : 'resting';
      case 'working':
        if (this.#calmLooks < REST_LIMITS.looksBefore) return 'working';
        if (!this.#isWorthCollecting()) return 'released';
        this.#thread.collect();
        return 'collected';
      case 'collected':
        if (this.#thread.memory().usedBytes <= REST_LIMITS.releasedBytes) this.#thread.releasePages();
        this.#keptBytes = this.#thread.memory().heldBytes;
        return 'released';
      case 'released':
        this.#thread.trim();
        return 'resting';
      default:
        return unreachable(this.#phase);
    }
  }

  #isWorthCollecting(): boolean {
    const { aliveBytes, heldBytes } = this.#thread.memory();
    // V8 may have given back some itself.
    this.#keptBytes = Math.min(this.#keptBytes, heldBytes);
    return aliveBytes <= REST_LIMITS.collectedBytes && heldBytes - this.#keptBytes >= REST_LIMITS.worthBytes;
  }
}

/** For as long as the thread lives. Where the process was started without `--expose-gc` nothing happens. */
export function giveBackAtRest(): void {
  const collect = globalThis.gc;
  if (collect === undefined) return;
  const aliveBytes = watchAlive();
  let before = performance.eventLoopUtilization();
  const rest = new Rest({
    busyShare: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      return utilization;
    },
    memory: () => {
      const heap = getHeapStatistics();
      const usedBytes = heap.used_heap_size;
      const heldBytes = heap.total_physical_size + heap.external_memory;
      return { usedBytes, aliveBytes: Math.min(usedBytes, aliveBytes()), heldBytes };
    },
    collect: () => collect(),
    releasePages: () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
    trim: giveBackFreeMemory,
  });
  // Set anew after each look: one that took long would be followed at once by the next.
  const timer = setTimeout(() => {
    rest.look();
    timer.refresh();
  }, REST_LIMITS.lookEveryMs).unref();
}

function watchAlive(): () => number {
  let aliveBytes = Number.POSITIVE_INFINITY;
  new PerformanceObserver((list) => {
    if (list.getEntries().some(isOfAllObjects)) aliveBytes = getHeapStatistics().used_heap_size;
  }).observe({ entryTypes: ['gc'] });
  return () => aliveBytes;
}

function isOfAllObjects(entry: PerformanceEntry): boolean {
  // Node's types know the detail of marks alone.
  const { detail } = entry as PerformanceEntry & { readonly detail: NodeGCPerformanceDetail };
  return detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
