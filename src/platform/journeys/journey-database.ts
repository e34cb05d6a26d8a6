// journeys.db: every flush adds rows, none is ever changed, the oldest go when they are too old or too many. It is lived
// in by one thread (`journey-thread.ts`); a power cut may cost the events of the last moments, never mail.

import { DatabaseSync } from 'node:sqlite';
import type { RecordedEvent } from '#mail/journey/event.ts';
import { bareMessageId, type JourneyRow, readEvents } from './journey-row.ts';

export interface JourneyBounds {
  readonly maxAgeMs: number;
  readonly maxRows: number;
}

export const JOURNEYS_VERSION = 1;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS journeys (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    connection TEXT,
    message_id TEXT,
    events TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS journeys_by_key ON journeys (key);
  CREATE INDEX IF NOT EXISTS journeys_by_connection ON journeys (connection) WHERE connection IS NOT NULL;
  CREATE INDEX IF NOT EXISTS journeys_by_message_id ON journeys (message_id) WHERE message_id IS NOT NULL;
  PRAGMA user_version = ${JOURNEYS_VERSION};
`;

/** Journeys that one search answers with; rows that are read of one journey. */
const MAX_FOUND = 100;
const MAX_ROWS_PER_JOURNEY = 1_000;

/** Of what happened on a connection, this belongs to the story of each message on it. */
const SHARED_KINDS: ReadonlySet<string> = new Set(['connected', 'greeted', 'secured', 'authenticated']);

export class JourneyDatabase implements Disposable {
  readonly #database: DatabaseSync;

  /** Throws what SQLite throws when the file is no database of ours. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 5_000 });
    try {
      const version = this.#database.prepare('PRAGMA user_version').get()?.['user_version'];
      if (version !== 0 && version !== JOURNEYS_VERSION) throw new Error(`version ${version} is not known here`);
      this.#database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  write(rows: readonly JourneyRow[]): void {
    const insert = this.#database.prepare(
      'INSERT INTO journeys (key, at_ms, connection, message_id, events) VALUES (?, ?, ?, ?, ?)',
    );
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { key, atMs, connection, messageId, events } of rows) {
        insert.run(key, Math.trunc(atMs), connection, messageId, events);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Rows are in the order of time, so that only the old ones are looked at. */
  prune({ maxAgeMs, maxRows }: JourneyBounds, nowMs: number): void {
    const oldest = this.#database.prepare('SELECT id FROM journeys WHERE at_ms >= ? ORDER BY id LIMIT 1');
    const last = this.#database.prepare('SELECT max(id) AS id FROM journeys').get();
    const lastId = Number(last?.['id'] ?? 0);
    const firstFresh = oldest.get(Math.trunc(nowMs - maxAgeMs))?.['id'];
    const firstKept = Math.max(Number(firstFresh ?? lastId + 1), lastId - maxRows + 1);
    this.#database.prepare('DELETE FROM journeys WHERE id < ?').run(firstKept);
  }

  /** By queue id, connection id or Message-ID; each list is one message with its connection's part, in time order. */
  find(id: string): RecordedEvent[][] {
    const bare = bareMessageId(id);
    const keys = this.#database
      .prepare('SELECT key FROM journeys WHERE message_id = ? OR connection = ? GROUP BY key ORDER BY min(id) LIMIT ?')
      .all(bare, id, MAX_FOUND)
      .map((row) => String(row['key']));
    const own = this.#eventsOf(id);
    const found = keys.filter((key) => key !== id).map((key) => this.#withConnection(this.#eventsOf(key)));
    // A connection that brought messages has a story of its own only where something was refused on it.
    if (own.length > 0 && (found.length === 0 || own.some(isRefusal))) found.unshift(this.#withConnection(own));
    return found;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #withConnection(events: readonly RecordedEvent[]): RecordedEvent[] {
    const startMs = events[0]?.atMs ?? 0;
    const joined = events.map(({ event }) => event).find((event) => event.kind === 'joined');
    if (joined?.kind !== 'joined') return [...events];
    const before = this.#eventsOf(joined.key).filter(({ atMs }) => atMs <= startMs);
    // Connections are numbered anew in every life of the server: only the last one of that name is meant.
    const begin = before.findLastIndex(({ event }) => event.kind === 'connected');
    const shared = before.slice(Math.max(0, begin)).filter(({ event }) => SHARED_KINDS.has(event.kind));
    return [...shared, ...events];
  }

  #eventsOf(key: string): RecordedEvent[] {
    const rows = this.#database
      .prepare('SELECT events FROM journeys WHERE key = ? ORDER BY id DESC LIMIT ?')
      .all(key, MAX_ROWS_PER_JOURNEY);
    return rows.reverse().flatMap((row) => readEvents(key, String(row['events'])));
  }
}

function isRefusal({ event }: RecordedEvent): boolean {
  return event.kind === 'authentication-failed' || (event.kind === 'judged' && event.outcome !== 'permit');
}
