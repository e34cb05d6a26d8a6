// All that an index says, for an inspection: read beside a running server, changed in nothing.

import { findPageDamage, openReadOnly, schemaVersionOf } from '#platform/files/read-only-database.ts';
import { INDEX_VERSION, type IndexedMailbox, readFacts, readRange, wholeMailbox } from './account-index.ts';
import { unpackRange } from './range.ts';

/** Mailboxes by their folders; `undefined` for an index of another version, which is made anew. Throws where it is damaged. */
export function readWholeIndex(path: string): Map<string, IndexedMailbox> | undefined {
  const database = openReadOnly(path);
  try {
    if (schemaVersionOf(database) !== INDEX_VERSION) return undefined;
    const [damage] = findPageDamage(database, 1);
    if (damage !== undefined) throw new Error(damage.replaceAll('\n', ' '));
    const ranges = database.prepare('SELECT * FROM message_range WHERE mailbox = ? ORDER BY number');
    const found = new Map<string, IndexedMailbox>();
    for (const row of database.prepare('SELECT id, folder, facts, checksum FROM mailbox').all()) {
      const messages = ranges.all(Number(row['id'])).flatMap((range) => unpackRange(readRange(range)));
      found.set(String(row['folder']), wholeMailbox(readFacts(row), messages));
    }
    return found;
  } finally {
    database.close();
  }
}
