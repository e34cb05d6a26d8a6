// Takes the time of one thing done over IMAP, with the server's CPU and what a bystander had to wait meanwhile.

import { cpuSecondsOf } from './accounting.ts';
import { startBystander } from './bystander.ts';
import { ImapClient } from './imap-client.ts';
import type { ImapDoor } from './peer.ts';

export interface ImapServer {
  readonly door: ImapDoor;
  readonly rootPids: readonly number[];
}

/** One line of the table, measured once. */
export interface Outcome {
  readonly name: string;
  /** Of one run, or of one piece where `perSecond`. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly isRate: boolean;
  /** The longest that another session waited for its NOOP. */
  readonly othersWaitMs: number;
  /** What the server answered, to be compared between servers; empty where there is nothing to compare. */
  readonly answer: string;
}

export interface Measured {
  /** How often `run` does the thing: short things are done several times. */
  readonly times?: number;
  /** The thing is shown as so many a second. */
  readonly isRate?: boolean;
}

/** Measures `run`, which does the thing `times` times; what it returns is kept as the answer. */
export async function measure(
  { door, rootPids }: ImapServer,
  name: string,
  { times = 1, isRate = false }: Measured,
  run: () => Promise<unknown>,
): Promise<Outcome> {
  const other = await ImapClient.login(door);
  try {
    const bystander = startBystander(other);
    const cpuBefore = cpuSecondsOf(rootPids);
    const started = performance.now();
    const answer = await run();
    const seconds = (performance.now() - started) / 1_000;
    const cpuSeconds = cpuSecondsOf(rootPids) - cpuBefore;
    const othersWaitMs = await bystander.stop();
    const shown = answer === undefined ? '' : String(answer);
    return { name, seconds: seconds / times, cpuSeconds: cpuSeconds / times, isRate, othersWaitMs, answer: shown };
  } finally {
    other.close();
  }
}
