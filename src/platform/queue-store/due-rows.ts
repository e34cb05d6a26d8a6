// What is due, found by index only: the destinations by leaping from one to the next, and of one destination a few
// recipients of each origin in turn. Neither reads the backlog that it passes over.

import type { StatementSync } from 'node:sqlite';
import type { DueDestination, DueRequest } from '#mail/ports/queue-store.ts';
import type { RecipientRow } from './queue-row.ts';

export interface DueRowsAnswer {
  readonly rows: RecipientRow[];
  readonly lastOrigin: string;
  readonly hasMore: boolean;
}

/** One origin takes no more than this part of a load. */
const SHARE = 4;
/** Origins that one load looks at: most of them have nothing due. */
const MOST_ORIGINS = 2_000;

const NEXT_DESTINATION = `SELECT destination, due_ms FROM recipients
  WHERE due_ms IS NOT NULL AND destination > ? ORDER BY destination, due_ms LIMIT 1`;
const NEXT_ORIGIN = `SELECT origin FROM recipients
  WHERE due_ms IS NOT NULL AND destination = ? AND origin > ? ORDER BY origin LIMIT 1`;
const FIRST_ORIGIN = `SELECT origin FROM recipients
  WHERE due_ms IS NOT NULL AND destination = ? AND origin >= ? ORDER BY origin LIMIT 1`;
const DUE_OF_ORIGIN = `SELECT * FROM recipients
  WHERE due_ms IS NOT NULL AND destination = ? AND origin = ? AND due_ms <= ? ORDER BY due_ms`;
const OLD_OF_ORIGIN = `SELECT r.* FROM recipients r JOIN messages m USING (queue_id)
  WHERE due_ms IS NOT NULL AND destination = ? AND r.origin = ? AND m.arrived_ms < ? ORDER BY due_ms`;

export class DueRows {
  readonly #prepared: (sql: string) => StatementSync;

  constructor(prepared: (sql: string) => StatementSync) {
    this.#prepared = prepared;
  }

  /** Earliest first. */
  destinations(limit: number): DueDestination[] {
    const next = this.#prepared(NEXT_DESTINATION);
    const found: DueDestination[] = [];
    let last = '';
    while (found.length < limit) {
      const row = next.get(last);
      if (row === undefined) break;
      last = String(row['destination']);
      found.push({ destination: last, dueMs: Number(row['due_ms']) });
    }
    return found.sort((one, other) => one.dueMs - other.dueMs);
  }

  load(request: DueRequest): DueRowsAnswer {
    const { destination, limit, afterOrigin } = request;
    const except = new Set(request.exceptIds);
    const rows: RecipientRow[] = [];
    let lastOrigin = afterOrigin;
    let isCut = false;
    let looked = 0;
    for (const origin of this.#originsInTurn(destination, afterOrigin)) {
      if (rows.length >= limit || looked++ >= MOST_ORIGINS) return { rows, lastOrigin, hasMore: true };
      const quota = Math.min(Math.ceil(limit / SHARE), limit - rows.length);
      const taken = this.#take(request, origin, except, quota);
      rows.push(...taken);
      isCut ||= taken.length >= quota;
      lastOrigin = origin;
    }
    return { rows, lastOrigin, hasMore: isCut };
  }

  #take(request: DueRequest, origin: string, except: ReadonlySet<string>, quota: number): RecipientRow[] {
    const { destination, nowMs, arrivedBeforeMs } = request;
    const statement = this.#prepared(arrivedBeforeMs === undefined ? DUE_OF_ORIGIN : OLD_OF_ORIGIN);
    const taken: RecipientRow[] = [];
    const rows = statement.iterate(destination, origin, Math.trunc(arrivedBeforeMs ?? nowMs));
    for (const row of rows as Iterable<unknown> as Iterable<RecipientRow>) {
      if (except.has(row.queue_id)) continue;
      taken.push(row);
      if (taken.length >= quota) break;
    }
    return taken;
  }

  /** From behind `after` to the end, and then from the beginning up to it: each once. */
  *#originsInTurn(destination: string, after: string): Generator<string> {
    const next = this.#prepared(NEXT_ORIGIN);
    let row = next.get(destination, after);
    for (; row !== undefined; row = next.get(destination, String(row['origin']))) yield String(row['origin']);
    row = this.#prepared(FIRST_ORIGIN).get(destination, '');
    for (; row !== undefined && String(row['origin']) <= after; row = next.get(destination, String(row['origin']))) {
      yield String(row['origin']);
    }
  }
}
