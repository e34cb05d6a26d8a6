// Answers searches from journeys.db by its marks, the newest story first and no further than is asked for: nothing is read that
// an index does not lead to. Where several marks are wanted, the rarest leads, and the others are looked up story by story.

import type { DatabaseSync } from 'node:sqlite';
import type { RecordedEvent } from '#mail/journey/event.ts';
import { markOf } from '#mail/journey/marks.ts';
import { isRefusal } from '#mail/journey/story-end.ts';
import { type MarkSet, readingsOf, type StorySearch } from '#mail/journey/story-search.ts';
import type { FoundStories, RecordedStory } from '#mail/ports/journey-log.ts';
import { readEvents } from './journey-piece.ts';

const MOST_STORIES = 1_000;
const MOST_PIECES_OF_STORY = 1_000;
const MOST_RELATED = 20;
/** Counting further than this does not say better which mark is the rarest. */
const MOST_COUNTED = 10_000;

/** Of what happened on a connection, this belongs to the story of each message on it. */
const SHARED_KINDS: ReadonlySet<string> = new Set(['connected', 'greeted', 'secured', 'authenticated']);
const NEVER_LATER = Number.MAX_SAFE_INTEGER;

/** Numbers of stories, both ends included. */
interface Span {
  readonly first: number;
  readonly last: number;
}

const ALL: Span = { first: 0, last: NEVER_LATER };

interface Story {
  readonly id: number;
  readonly key: string;
  readonly connection: number | undefined;
  readonly events: readonly RecordedEvent[];
}

export class StoryFinder {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  find(search: StorySearch): FoundStories {
    const limit = Math.min(Math.max(1, search.limit), MOST_STORIES);
    const readings = readingsOf(search);
    const span = this.#spanOf(search);
    const brought = this.#broughtBy(search, limit + 1);
    const found = newestOf([...brought, ...this.#firstReading(readings, span, limit + 1)], limit + 1);
    const stories = found.slice(0, limit).reverse();
    const [only] = stories;
    return {
      stories: stories.map((story) => this.#withConnection(story)),
      hasMore: found.length > limit,
      earlier: only === undefined ? this.#lastBefore(readings, span) : undefined,
      related: stories.length === 1 && only !== undefined ? this.#relatedTo(only) : [],
      oldestMs: this.#oldestMs(),
    };
  }

  /** What the database would do, for a test that nothing is searched from end to end. */
  explain(search: Omit<StorySearch, 'limit'>): string[] {
    const sets = readingsOf(search).flat();
    const plans = sets.flatMap((marks) =>
      this.#database.prepare(`EXPLAIN QUERY PLAN ${searchText(marks.length)}`).all(),
    );
    return plans.map(({ detail }) => String(detail));
  }

  #spanOf({ sinceMs, untilMs }: StorySearch): Span {
    const atOrAfter = this.#database.prepare(
      'SELECT id FROM pieces WHERE story IS NULL AND at_ms >= ? ORDER BY at_ms, id LIMIT 1',
    );
    const before = this.#database.prepare(
      'SELECT id FROM pieces WHERE story IS NULL AND at_ms <= ? ORDER BY at_ms DESC, id DESC LIMIT 1',
    );
    return {
      first: sinceMs === undefined ? 0 : Number(atOrAfter.get(Math.trunc(sinceMs))?.['id'] ?? NEVER_LATER),
      last: untilMs === undefined ? NEVER_LATER : Number(before.get(Math.trunc(untilMs))?.['id'] ?? 0),
    };
  }

  /** Newest first. */
  #firstReading(readings: readonly MarkSet[][], span: Span, limit: number): Story[] {
    for (const sets of readings) {
      const found = sets.flatMap((marks) => this.#search(marks, span, limit));
      if (found.length > 0) return newestOf(found, limit);
    }
    return [];
  }

  #search(marks: MarkSet, { first, last }: Span, limit: number): Story[] {
    const byRarity = marks
      .map((mark) => ({ mark, count: this.#countOf(mark, { first, last }) }))
      .sort((a, b) => a.count - b.count);
    if (byRarity[0]?.count === 0) return [];
    const statement = this.#database.prepare(searchText(marks.length));
    const found: Story[] = [];
    for (const { story: id } of statement.iterate(first, last, ...byRarity.map(({ mark }) => mark))) {
      const story = this.#load(Number(id));
      if (story !== undefined && this.#isWorthTelling(story)) found.push(story);
      if (found.length === limit) break;
    }
    return found;
  }

  #countOf(mark: string, { first, last }: Span): number {
    const counted = this.#database.prepare(
      'SELECT count(*) AS count FROM (SELECT 1 FROM marks WHERE mark = ? AND story BETWEEN ? AND ? LIMIT ?)',
    );
    return Number(counted.get(mark, first, last, MOST_COUNTED)?.['count']);
  }

  /** A connection that brought messages has a story of its own only where something was refused on it. */
  #isWorthTelling({ id, connection, events }: Story): boolean {
    if (connection !== undefined || events.some(({ event }) => isRefusal(event))) return true;
    const message = this.#database.prepare('SELECT 1 FROM pieces WHERE connection = ? LIMIT 1');
    return message.get(id) === undefined;
  }

  /** The messages of a connection that is asked for by its id. */
  #broughtBy({ about }: StorySearch, limit: number): Story[] {
    if (about === undefined) return [];
    const messages = this.#database.prepare(
      'SELECT id FROM pieces WHERE connection = (SELECT max(story) FROM marks WHERE mark = ?) ORDER BY id DESC LIMIT ?',
    );
    return messages.all(markOf('id', about), limit).flatMap(({ id }) => this.#load(Number(id)) ?? []);
  }

  #load(id: number): Story | undefined {
    const first = this.#database.prepare('SELECT key, connection, events FROM pieces WHERE id = ?').get(id);
    if (first === undefined) return undefined;
    const key = String(first['key']);
    const later = this.#database
      .prepare('SELECT events FROM pieces WHERE story = ? ORDER BY id DESC LIMIT ?')
      .all(id, MOST_PIECES_OF_STORY);
    const texts = [first, ...later.reverse()].map(({ events }) => String(events));
    const connection = first['connection'];
    return {
      id,
      key,
      connection: typeof connection === 'number' ? connection : undefined,
      events: texts.flatMap((text) => readEvents(key, text)),
    };
  }

  #withConnection({ connection, events }: Story): RecordedStory {
    const shared = connection === undefined ? undefined : this.#load(connection);
    if (shared === undefined) return events;
    const startMs = events[0]?.atMs ?? 0;
    return [...shared.events.filter(({ atMs, event }) => atMs <= startMs && SHARED_KINDS.has(event.kind)), ...events];
  }

  #lastBefore(readings: readonly MarkSet[][], span: Span): RecordedStory | undefined {
    if (span.first === 0 || readings.flat(2).length === 0) return undefined;
    const [last] = this.#firstReading(readings, { ...ALL, last: span.first - 1 }, 1);
    return last && this.#withConnection(last);
  }

  #relatedTo({ key, events }: Story): RecordedStory[] {
    const notices = events.flatMap(({ event }) => ('queueId' in event ? [event.queueId] : []));
    const marks = [markOf('wrote', key), ...notices.map((queueId) => markOf('id', queueId))];
    const found = marks.slice(0, MOST_RELATED).flatMap((mark) => this.#search([mark], ALL, 1));
    return found.map((story) => this.#withConnection(story));
  }

  #oldestMs(): number | undefined {
    const oldest = this.#database.prepare('SELECT at_ms AS atMs FROM pieces ORDER BY id LIMIT 1').get();
    return oldest === undefined ? undefined : Number(oldest['atMs']);
  }
}

/** Newest first; a story that answers several marks comes once. */
function newestOf(found: readonly Story[], limit: number): Story[] {
  const byId = new Map(found.map((story) => [story.id, story]));
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, limit);
}

/** CROSS JOIN keeps the order: SQLite knows nothing of how rare a mark is. */
function searchText(marks: number): string {
  if (marks === 0) {
    return 'SELECT id AS story FROM pieces WHERE story IS NULL AND id BETWEEN ?1 AND ?2 ORDER BY id DESC';
  }
  const joins = Array.from({ length: marks - 1 }, (_, i) => {
    return ` CROSS JOIN marks AS m${i + 1} ON m${i + 1}.mark = ?${i + 4} AND m${i + 1}.story = m0.story`;
  });
  return `SELECT m0.story AS story FROM marks AS m0${joins.join('')} WHERE m0.mark = ?3 AND m0.story BETWEEN ?1 AND ?2 ORDER BY m0.story DESC`;
}
