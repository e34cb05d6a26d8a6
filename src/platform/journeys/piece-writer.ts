// Puts pieces into the tables: each into its story, with the story's marks.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { markOf } from '#mail/journey/marks.ts';
import type { JourneyPiece } from './journey-piece.ts';

export class PieceWriter {
  readonly #insertPiece: StatementSync;
  readonly #insertMark: StatementSync;
  readonly #findStory: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insertPiece = database.prepare(
      'INSERT INTO pieces (story, key, at_ms, connection, events, marks) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#insertMark = database.prepare('INSERT OR IGNORE INTO marks (mark, story) VALUES (?, ?)');
    this.#findStory = database.prepare('SELECT max(story) AS story FROM marks WHERE mark = ?');
  }

  write({ key, atMs, begins, connectionKey, events, marks }: JourneyPiece): void {
    const known = begins ? undefined : this.#storyOf(key);
    const connection = connectionKey === undefined ? undefined : this.#storyOf(connectionKey);
    const lines = marks.join('\n');
    const inserted = this.#insertPiece.run(known ?? null, key, atMs, connection ?? null, events, lines);
    const story = known ?? inserted.lastInsertRowid;
    for (const mark of marks) this.#insertMark.run(mark, story);
  }

  /** The last of that key. */
  #storyOf(key: string): number | undefined {
    const story = this.#findStory.get(markOf('id', key))?.['story'];
    return typeof story === 'number' ? story : undefined;
  }
}
