// Most text is in its canonical form as it stands. Finds the blanks that are not: tabs, runs of blanks, blanks at the end of
// a line. Each mark is looked for from where it was found last, so that all searches together go through the text once a mark.

const SP = 0x20;
const MARKS = ['\t', '  ', ' \r'].map((text) => Buffer.from(text, 'latin1'));

export class OddBlanks {
  readonly #octets: Buffer;
  readonly #marks: readonly Buffer[];
  /** Where each mark stands next. */
  readonly #next: number[];

  /** `relaxed`: in the other form blanks are octets like any. */
  constructor(octets: Buffer, isRelaxed: boolean) {
    this.#octets = octets;
    this.#marks = isRelaxed ? MARKS : [];
    this.#next = this.#marks.map(() => -1);
  }

  /** From `start` up to there nothing changes; what may count only once something follows it is left out. */
  plainUntil(start: number): number {
    let end = this.#octets.length;
    for (const [place, mark] of this.#marks.entries()) {
      if ((this.#next[place] ?? 0) < start) {
        const found = this.#octets.indexOf(mark, start);
        this.#next[place] = found === -1 ? this.#octets.length : found;
      }
      end = Math.min(end, this.#next[place] ?? end);
    }
    // Blanks and line ends, and what else stands below them: it is looked at one by one.
    while (end > start && (this.#octets[end - 1] ?? 0) <= SP) end--;
    return end;
  }
}
