// Most text is in its canonical form as it stands. Finds the blanks that are not: tabs, runs of blanks, blanks at the end of
// a line. A mark that is nowhere in a piece is never looked for again; the others each from where it was found last, so that
// all searches together go through the text once a mark.

import { hasTwoSpaces } from './two-spaces.ts';

const SP = 0x20;

interface Mark {
  readonly octets: Buffer;
  /** In a fraction of the time that it takes to find the first one, for blanks are frequent. May be wrong where it says yes. */
  readonly isIn: (text: Buffer) => boolean;
}

const TAB: Mark = { octets: Buffer.from('\t'), isIn: (text) => text.includes(TAB.octets) };
const TWO_BLANKS: Mark = { octets: Buffer.from('  '), isIn: hasTwoSpaces };
/** A search from the end looks for the carriage return first, of which there is one a line. */
const LAST_BLANK: Mark = { octets: Buffer.from(' \r'), isIn: (text) => text.lastIndexOf(LAST_BLANK.octets) !== -1 };
const MARKS: readonly Mark[] = [TAB, TWO_BLANKS, LAST_BLANK];

export class OddBlanks {
  readonly #octets: Buffer;
  readonly #marks: readonly Mark[];
  /** Where each mark stands next. */
  readonly #next: number[];

  /** `relaxed`: in the other form blanks are octets like any. */
  constructor(octets: Buffer, isRelaxed: boolean) {
    this.#octets = octets;
    this.#marks = isRelaxed ? MARKS.filter(({ isIn }) => isIn(octets)) : [];
    this.#next = this.#marks.map(() => -1);
  }

  /** From `start` up to there nothing changes; what may count only once something follows it is left out. */
  plainUntil(start: number): number {
    let end = this.#octets.length;
    for (const [place, mark] of this.#marks.entries()) {
      if ((this.#next[place] ?? 0) < start) {
        const found = this.#octets.indexOf(mark.octets, start);
        this.#next[place] = found === -1 ? this.#octets.length : found;
      }
      end = Math.min(end, this.#next[place] ?? end);
    }
    // Blanks and line ends, and what else stands below them: it is looked at one by one.
    while (end > start && (this.#octets[end - 1] ?? 0) <= SP) end--;
    return end;
  }
}
