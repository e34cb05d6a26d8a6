// Was this message offered before? Ids sort by time (`queue-id.ts`), so nearly every new message has an id above all that
// the store knew when it was opened: for those the store is not asked. The ids of this life are remembered, the lowest
// half is forgotten when there are too many, and the mark rises above them.

const MOST_REMEMBERED = 50_000;

export class KnownIds {
  #mark: string;
  #recent = new Set<string>();
  readonly #most: number;

  constructor(newestId: string, most: number = MOST_REMEMBERED) {
    this.#mark = newestId;
    this.#most = most;
  }

  /** `new`: nobody knows it. `unsure`: the store must be asked. */
  meet(id: string): 'new' | 'unsure' {
    if (id <= this.#mark || this.#recent.has(id)) return 'unsure';
    this.#recent.add(id);
    if (this.#recent.size > this.#most) this.#forgetLowest();
    return 'new';
  }

  #forgetLowest(): void {
    const sorted = [...this.#recent].sort();
    const half = sorted.length >> 1;
    this.#mark = sorted[half - 1] ?? this.#mark;
    this.#recent = new Set(sorted.slice(half));
  }
}
