// `(\Seen $Forwarded)` for a message's flag bits, made once for each combination: a mailbox of a hundred thousand
// messages knows some dozens.

/** Above it the texts are forgotten: 31 bits that a client sets at will must not fill the memory. */
const COMBINATIONS = 4096;

export class FlagTexts {
  readonly #namesOf: (flags: number) => readonly string[];
  readonly #texts = new Map<number, Buffer>();
  readonly #recentTexts = new Map<number, Buffer>();

  /** `namesOf` must go on saying the same; make a new object where keywords get other names. */
  constructor(namesOf: (flags: number) => readonly string[]) {
    this.#namesOf = namesOf;
  }

  find(flags: number, recent: boolean): Buffer {
    const texts = recent ? this.#recentTexts : this.#texts;
    const known = texts.get(flags);
    if (known !== undefined) return known;
    const names = this.#namesOf(flags);
    const text = Buffer.from(`(${[...names, ...(recent ? ['\\Recent'] : [])].join(' ')})`, 'latin1');
    if (texts.size >= COMBINATIONS) texts.clear();
    texts.set(flags, text);
    return text;
  }
}
