// Version 1 of journeys.db had one table, found by key, connection and Message-ID. Its rows become pieces, in their order;
// messages learn from their connection who brought them. It works on a copy (`platform/state/migrate-state.ts`).

import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { RecordedEvent } from '#mail/journey/event.ts';
import { schemaVersionOf } from '#platform/files/read-only-database.ts';
import { makeJourneyPiece, readEvents } from './journey-piece.ts';
import { SCHEMA } from './journey-schema.ts';
import { PieceWriter } from './piece-writer.ts';

/** Nothing happens to a file that is missing or of another version. */
export function migrateJourneys(file: string): void {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file);
  try {
    if (schemaVersionOf(database) !== 1) return;
    database.exec(`BEGIN; ${SCHEMA}`);
    const writer = new PieceWriter(database);
    const clients = new Map<string, string>();
    for (const { key, events } of database.prepare('SELECT key, events FROM journeys ORDER BY id').iterate()) {
      const recorded = readEvents(String(key), String(events)).map((event) => withClient(event, clients));
      writer.write(makeJourneyPiece(String(key), recorded));
    }
    database.exec('DROP TABLE journeys; COMMIT; VACUUM');
  } finally {
    database.close();
  }
}

/** Connections were numbered anew in every life of the server: the last one of that name is meant. */
function withClient(recorded: RecordedEvent, clients: Map<string, string>): RecordedEvent {
  const { key, event } = recorded;
  if (event.kind === 'connected') clients.set(key, event.clientAddress);
  if (event.kind !== 'joined' || event.clientAddress !== undefined) return recorded;
  const clientAddress = clients.get(event.key);
  return clientAddress === undefined ? recorded : { ...recorded, event: { ...event, clientAddress } };
}
