// Looks for several texts in one that comes in pieces; a hit may lie across two of them. Holds no more of the text than
// the longest of those it looks for.

export class TextFinder {
  readonly found: ReadonlySet<string>;
  readonly #found = new Set<string>();
  readonly #missing: Set<string>;
  readonly #keptChars: number;
  #tail = '';

  constructor(wanted: readonly string[]) {
    this.found = this.#found;
    this.#missing = new Set(wanted);
    this.#keptChars = Math.max(0, ...wanted.map((text) => text.length - 1));
    // The empty text is in everything.
    if (this.#missing.delete('')) this.#found.add('');
  }

  get done(): boolean {
    return this.#missing.size === 0;
  }

  /** What follows does not go on with what was pushed before. */
  begin(): void {
    this.#tail = '';
  }

  push(piece: string): void {
    const text = this.#tail + piece;
    for (const wanted of this.#missing) {
      if (!text.includes(wanted)) continue;
      this.#found.add(wanted);
      this.#missing.delete(wanted);
    }
    this.#tail = this.#keptChars === 0 ? '' : text.slice(-this.#keptChars);
  }
}
