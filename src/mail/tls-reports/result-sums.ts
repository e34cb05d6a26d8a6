// Results of TLS, counted: of each kind of result of a domain and day one row. RFC 8460 §4.4.

import type { AppliedPolicy, TlsFailure, TlsResult } from './tls-result.ts';

export interface ResultRow {
  /** UTC: `2026-11-22`. */
  readonly day: string;
  readonly domain: string;
  readonly policy: AppliedPolicy;
  readonly failure: TlsFailure | undefined;
  readonly sessions: number;
}

/** Of one reason: it may quote what a stranger said. */
const LONGEST_REASON = 200;

/** Counts until somebody takes it all. */
export class ResultSums {
  readonly #most: number;
  #rows = new Map<string, ResultRow>();

  /** `most`: different ones that are counted; others are passed over. */
  constructor(most: number) {
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  add({ domain, policy, failure }: TlsResult, nowMs: number): void {
    const day = dayOf(nowMs);
    const cut = failure && withShortReason(failure);
    const key = JSON.stringify([day, domain, policy, cut]);
    const known = this.#rows.get(key);
    if (known === undefined && this.#rows.size >= this.#most) return;
    this.#rows.set(
      key,
      known ? { ...known, sessions: known.sessions + 1 } : { day, domain, policy, failure: cut, sessions: 1 },
    );
  }

  take(): ResultRow[] {
    const rows = [...this.#rows.values()];
    this.#rows = new Map();
    return rows;
  }
}

export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function withShortReason({ reason, ...failure }: TlsFailure): TlsFailure {
  return reason === undefined ? failure : { ...failure, reason: reason.slice(0, LONGEST_REASON) };
}
