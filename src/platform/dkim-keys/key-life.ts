// The life of a key: what it becomes with time, and what a rotation does. Pure.

import type { KeyStatus } from '#mail/ports/signing-key-admin.ts';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '#protocols/dkim/algorithm.ts';
import type { StoredKey } from './key-files.ts';

export interface StatusNow {
  readonly status: KeyStatus;
  readonly sinceMs: number;
  readonly revokedFromMs: number | undefined;
}

type Dated = Pick<StoredKey, 'status' | 'sinceMs'>;

/** A retiring key is revoked once no message with its signature can be in a queue; nobody has to come and say so. */
export function statusAt({ status, sinceMs }: Dated, nowMs: number, overlapMs: number): StatusNow {
  if (status !== 'retiring') return { status, sinceMs, revokedFromMs: undefined };
  const revokedFromMs = sinceMs + overlapMs;
  if (nowMs >= revokedFromMs) return { status: 'revoked', sinceMs: revokedFromMs, revokedFromMs: undefined };
  return { status, sinceMs, revokedFromMs };
}

export interface Rotation {
  readonly activate: readonly StoredKey[];
  readonly retire: readonly StoredKey[];
  /** In use, and nothing there to follow. */
  readonly make: readonly SigningAlgorithm[];
}

/** Each algorithm for itself: of the next keys the newest one follows. */
export function planRotation(keys: readonly StoredKey[]): Rotation {
  const turns = SIGNING_ALGORITHMS.map((algorithm) => {
    const same = keys.filter((key) => key.algorithm === algorithm);
    const active = same.filter(({ status }) => status === 'active');
    const next = same.findLast(({ status }) => status === 'next');
    if (next === undefined) return { activate: [], retire: [], make: active.length > 0 ? [algorithm] : [] };
    return { activate: [next], retire: active, make: [] };
  });
  return {
    activate: turns.flatMap(({ activate }) => activate),
    retire: turns.flatMap(({ retire }) => retire),
    make: turns.flatMap(({ make }) => make),
  };
}

/** `202611`, then `202611-2` … */
export function freeSelector(nowMs: number, suffix: string, isTaken: (selector: string) => boolean): string {
  const month = new Date(nowMs).toISOString().slice(0, 7).replace('-', '');
  for (let count = 1; ; count++) {
    const selector = `${month}${count === 1 ? '' : `-${count}`}${suffix}`;
    if (!isTaken(selector)) return selector;
  }
}
