// The tables of journeys.db. A story is written in pieces, what one flush has of it each; its first piece gives it its number,
// and none is ever changed. Marks are what it is found by; each piece names its own, so that whoever takes a story away
// knows its marks without understanding its events.

import type { DatabaseSync } from 'node:sqlite';

export const JOURNEYS_VERSION = 2;

export const SCHEMA = `
  CREATE TABLE pieces (
    id INTEGER PRIMARY KEY,
    /* The first piece of its story; NULL in that piece. */
    story INTEGER,
    key TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    /* The story of the connection that brought it. */
    connection INTEGER,
    /* JSON of RecordedEvent[], the key left out. */
    events TEXT NOT NULL,
    /* One a line. */
    marks TEXT NOT NULL
  ) STRICT;
  CREATE INDEX pieces_of_story ON pieces (story) WHERE story IS NOT NULL;
  CREATE INDEX stories_of_connection ON pieces (connection) WHERE connection IS NOT NULL;
  CREATE INDEX stories_by_time ON pieces (at_ms) WHERE story IS NULL;
  CREATE TABLE marks (
    mark TEXT NOT NULL,
    story INTEGER NOT NULL,
    PRIMARY KEY (mark, story)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${JOURNEYS_VERSION};
`;

/** Throws when the file is of another version. */
export function prepareSchema(database: DatabaseSync): void {
  const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (version !== 0 && version !== JOURNEYS_VERSION) throw new Error(`version ${version} is not known here`);
  // A crash in between must not leave half of it; and others may be opening it at the same time.
  if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
}
