// Puts pieces into the tables: each into its story, with the story's marks. Most pieces go on with a story of some moments ago:
// those are remembered, and what is known of them is neither looked up nor written again.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { markOf } from '#mail/journey/marks.ts';
import type { JourneyPiece } from './journey-piece.ts';

/** Of a second or two in which the server has much to do; some hundred octets each. */
const MOST_RECENT = 8_192;

interface RecentStory {
  readonly story: number | bigint;
  /** One a line, with a line end before and behind each. */
  readonly marks: string;
}

export class PieceWriter {
  readonly #insertPiece: StatementSync;
  readonly #insertMark: StatementSync;
  readonly #findStory: StatementSync;
  /** By key, oldest first. */
  readonly #recent = new Map<string, RecentStory>();

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
    const inserted = this.#insertPiece.run(known?.story ?? null, key, atMs, connection?.story ?? null, events, lines);
    const { story, marks: before } = known ?? { story: inserted.lastInsertRowid, marks: '\n' };
    const added = marks.filter((mark) => !before.includes(`\n${mark}\n`));
    for (const mark of added) this.#insertMark.run(mark, story);
    if (known === undefined || added.length > 0)
      this.#remember(key, { story, marks: `${before}${added.join('\n')}\n` });
  }

  /** What is in the tables may be less than was written: a transaction was taken back, or stories were taken away. */
  forget(): void {
    this.#recent.clear();
  }

  /** The last of that key. */
  #storyOf(key: string): RecentStory | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const story = this.#findStory.get(markOf('id', key))?.['story'];
    return typeof story === 'number' ? { story, marks: '\n' } : undefined;
  }

  #remember(key: string, story: RecentStory): void {
    this.#recent.delete(key);
    this.#recent.set(key, story);
    if (this.#recent.size <= MOST_RECENT) return;
    const [oldest] = this.#recent.keys();
    if (oldest !== undefined) this.#recent.delete(oldest);
  }
}
