// A waiting line in which origins (accounts, clients) are served in turn: whoever brought ten thousand messages holds up
// nobody who brought one.

export class OriginTurns<Item> {
  /** In the order of their turns: whoever was served goes to the end. */
  readonly #lines = new Map<string, Set<Item>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(origin: string, item: Item): void {
    const line = this.#lines.get(origin);
    if (line === undefined) this.#lines.set(origin, new Set([item]));
    else line.add(item);
    this.#size++;
  }

  take(): Item | undefined {
    for (const [origin, line] of this.#lines) {
      for (const item of line) {
        line.delete(item);
        this.#lines.delete(origin);
        if (line.size > 0) this.#lines.set(origin, line);
        this.#size--;
        return item;
      }
    }
    return undefined;
  }

  /** False where it has had its turn. */
  withdraw(origin: string, item: Item): boolean {
    const line = this.#lines.get(origin);
    if (line === undefined || !line.delete(item)) return false;
    if (line.size === 0) this.#lines.delete(origin);
    this.#size--;
    return true;
  }

  takeAll(): Item[] {
    const all = [...this.#lines.values()].flatMap((line) => [...line]);
    this.#lines.clear();
    this.#size = 0;
    return all;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (const line of this.#lines.values()) yield* line;
  }
}
