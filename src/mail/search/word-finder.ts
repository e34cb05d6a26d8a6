// Finds a word of ASCII in octets, in whatever case, without making text of them: Boyer, Moore and Horspool's way, which
// looks at one octet of several.

const UPPER = Uint8Array.from({ length: 256 }, (_, octet) => (octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet));
const LONGEST_SKIP = 255;

export class WordFinder {
  readonly #word: Uint8Array;
  /** How far to go on from an octet that stands where the word's last would; 0 where it is that one. */
  readonly #skips: Uint8Array;
  readonly #skipBehindLast: number;

  /** Not empty, in upper case. */
  constructor(word: string) {
    this.#word = Buffer.from(word, 'latin1');
    const last = this.#word.length - 1;
    this.#skips = new Uint8Array(256).fill(Math.min(this.#word.length, LONGEST_SKIP));
    let skipBehindLast = this.#word.length;
    for (const [i, octet] of this.#word.entries()) {
      if (i < last && octet === this.#word[last]) skipBehindLast = last - i;
      for (const same of casesOf(octet)) this.#skips[same] = Math.min(last - i, LONGEST_SKIP);
    }
    this.#skipBehindLast = Math.min(skipBehindLast, LONGEST_SKIP);
  }

  /** Where it begins, from `start` on; -1 where it does not stand. */
  find(octets: Uint8Array, start = 0): number {
    const last = this.#word.length - 1;
    const skips = this.#skips;
    for (let at = start + last; at < octets.length; ) {
      const skip = skips[octets[at] ?? 0] ?? 0;
      if (skip > 0) at += skip;
      else if (this.#standsAt(octets, at - last)) return at - last;
      else at += this.#skipBehindLast;
    }
    return -1;
  }

  #standsAt(octets: Uint8Array, start: number): boolean {
    const word = this.#word;
    for (let i = word.length - 2; i >= 0; i--) {
      if (UPPER[octets[start + i] ?? 0] !== word[i]) return false;
    }
    return true;
  }
}

function casesOf(octet: number): readonly number[] {
  return octet >= 0x41 && octet <= 0x5a ? [octet, octet + 0x20] : [octet];
}
