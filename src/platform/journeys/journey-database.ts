// journeys.db: every flush adds pieces, the oldest stories go when they are too old or the file too large. It is lived in by
// one thread (`journey-thread.ts`); a power cut may cost the events of the last moments, never mail.

import { DatabaseSync } from 'node:sqlite';
import type { StorySearch } from '#mail/journey/story-search.ts';
import type { FoundStories } from '#mail/ports/journey-log.ts';
import { inTransaction } from '#platform/files/transaction.ts';
import type { JourneyPiece } from './journey-piece.ts';
import { prepareSchema } from './journey-schema.ts';
import { PieceWriter } from './piece-writer.ts';
import { StoryFinder } from './story-finder.ts';

export interface JourneyBounds {
  readonly maxAgeMs: number;
  /** Of the database's pages in use; room that was given back is used again, and the file keeps its size. */
  readonly maxBytes: number;
}

/** Marks are written all over their index: with more of it in memory, and rarer checkpoints, fewer pages are written twice. */
const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -16384;
  PRAGMA wal_autocheckpoint = 4000;
`;

/** Stories that one call of `prune` takes away, which is how long a flush or a search may wait for it. */
const STORIES_IN_SLICE = 500;

export class JourneyDatabase implements Disposable {
  readonly #database: DatabaseSync;
  readonly #writer: PieceWriter;
  readonly #finder: StoryFinder;

  /** Throws what SQLite throws when the file is no database of ours. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 5_000 });
    try {
      this.#database.exec(PRAGMAS);
      prepareSchema(this.#database);
      this.#writer = new PieceWriter(this.#database);
      this.#finder = new StoryFinder(this.#database);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  write(pieces: readonly JourneyPiece[]): void {
    try {
      inTransaction(this.#database, () => {
        for (const piece of pieces) this.#writer.write(piece);
      });
    } catch (error) {
      this.#writer.forget();
      throw error;
    }
  }

  /** One slice; true while there is more to take away. */
  prune({ maxAgeMs, maxBytes }: JourneyBounds, nowMs: number): boolean {
    const isTooLarge = this.#usedBytes() > maxBytes;
    const oldest = this.#database.prepare(
      'SELECT id, at_ms AS atMs FROM pieces WHERE story IS NULL ORDER BY id LIMIT ?',
    );
    const doomed: number[] = [];
    for (const { id, atMs } of oldest.iterate(STORIES_IN_SLICE)) {
      if (!isTooLarge && Number(atMs) >= nowMs - maxAgeMs) break;
      doomed.push(Number(id));
    }
    if (doomed.length > 0) {
      inTransaction(this.#database, () => this.#remove(doomed));
      this.#writer.forget();
    }
    return doomed.length === STORIES_IN_SLICE;
  }

  find(search: StorySearch): FoundStories {
    return this.#finder.find(search);
  }

  /** What the database would do, for a test that nothing is searched from end to end. */
  explain(search: Omit<StorySearch, 'limit'>): string[] {
    return this.#finder.explain(search);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #remove(stories: readonly number[]): void {
    const marksOfStory = this.#database.prepare(
      'SELECT marks FROM pieces WHERE id = ?1 UNION ALL SELECT marks FROM pieces WHERE story = ?1',
    );
    const deleteMark = this.#database.prepare('DELETE FROM marks WHERE mark = ? AND story = ?');
    const deleteLater = this.#database.prepare('DELETE FROM pieces WHERE story = ?');
    const deleteFirst = this.#database.prepare('DELETE FROM pieces WHERE id = ?');
    for (const story of stories) {
      const marks = marksOfStory.all(story).flatMap(({ marks: lines }) => String(lines).split('\n'));
      for (const mark of marks) deleteMark.run(mark, story);
      deleteLater.run(story);
      deleteFirst.run(story);
    }
  }

  #usedBytes(): number {
    const pragma = (name: string) => Number(this.#database.prepare(`PRAGMA ${name}`).get()?.[name]);
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }
}
