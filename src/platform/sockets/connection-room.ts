// How many connections there is room for, at all doors together: each may need a file beside its socket, and a process
// that has no descriptor left can neither accept nor store. Who finds no room is accepted and turned away at once, which
// costs nothing and, other than a failing accept(2), cannot go round in circles.

import { readdirSync, readFileSync } from 'node:fs';

const DESCRIPTORS_PER_CONNECTION = 2;
const FEWEST_CONNECTIONS = 4;
/** Threads, databases and mailboxes that are opened later: they must not find everything taken. */
const DESCRIPTORS_KEPT = 48;
const REPORT_EVERY_MS = 60_000;

export class ConnectionRoom {
  readonly most: number;
  readonly #report: (text: string) => void;
  #open = 0;
  #turnedAway = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;

  constructor(most: number, report: (text: string) => void) {
    this.most = most;
    this.#report = report;
  }

  /** False when there is no room; else `leave` must follow. */
  enter(): boolean {
    if (this.#open >= this.most) {
      this.turnAway();
      return false;
    }
    this.#open += 1;
    return true;
  }

  leave(): void {
    this.#open -= 1;
  }

  /** Counted, and told at most once a minute. */
  turnAway(): void {
    this.#turnedAway += 1;
    const nowMs = performance.now();
    if (nowMs - this.#reportedMs < REPORT_EVERY_MS) return;
    this.#reportedMs = nowMs;
    this.#report(
      `connections turned away: ${this.#turnedAway} so far; ${this.#open} are open, and there is room for ${this.most} (ulimit -n)`,
    );
  }
}

/** What this process's open-files limit leaves, once it has opened what it needs itself. */
export function mostConnections(): number {
  const limits = readFileSync('/proc/self/limits', 'latin1');
  const limit = Number(/^Max open files +([0-9]+)/m.exec(limits)?.[1] ?? Number.MAX_SAFE_INTEGER);
  const used = readdirSync('/proc/self/fd').length;
  return Math.max(FEWEST_CONNECTIONS, Math.floor((limit - used - DESCRIPTORS_KEPT) / DESCRIPTORS_PER_CONNECTION));
}
