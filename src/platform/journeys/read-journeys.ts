// What a server that is stopped left in journeys.db.

import type { StorySearch } from '#mail/journey/story-search.ts';
import type { FoundStories } from '#mail/ports/journey-log.ts';
import { openReadOnly, schemaVersionOf } from '#platform/files/read-only-database.ts';
import { JOURNEYS_VERSION } from './journey-schema.ts';
import { StoryFinder } from './story-finder.ts';

/** Throws what SQLite throws when the file is no database of ours. */
export function readJourneys(path: string, search: StorySearch): FoundStories {
  const database = openReadOnly(path);
  try {
    const version = schemaVersionOf(database);
    if (version !== JOURNEYS_VERSION) throw new Error(`version ${version} is not known here`);
    return new StoryFinder(database).find(search);
  } finally {
    database.close();
  }
}
