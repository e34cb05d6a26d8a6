// Reads a text from left to right. `eat…` takes something or leaves all as it is, `take…` takes what there is, `expect…`
// notes a fault where it is missing. The first fault sticks: from then on there is nothing left to read, every `eat…`
// says no, every `expect…` is silent, so that a grammar reads like its ABNF and asks once, at its end, whether all went
// well. What was read before is then without meaning.

/** ASCII characters: 1 at the index of each member. */
export type CharSet = Uint8Array;

export function charsOf(members: string): CharSet {
  const set = new Uint8Array(128);
  for (const member of members) set[member.charCodeAt(0)] = 1;
  return set;
}

/** The visible ASCII characters, without some. */
export function visibleCharsExcept(excluded: string): CharSet {
  const set = new Uint8Array(128).fill(1, 0x21, 0x7f);
  for (const member of excluded) set[member.charCodeAt(0)] = 0;
  return set;
}

export const DIGIT = charsOf('0123456789');
export const ALPHA = charsOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');

export class Scanner {
  #text: string;
  #position = 0;
  /** Characters of the texts that came before. */
  #before = 0;
  #fault: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** What was wrong first, and where. */
  get fault(): string | undefined {
    return this.#fault;
  }

  get atTextEnd(): boolean {
    return this.#position === this.#text.length;
  }

  fail(message: string): void {
    this.#fault ??= `${message} at character ${this.#before + this.#position + 1}`;
    this.#text = '';
    this.#position = 0;
  }

  /** Goes on with another text where this one ended. */
  protected continueWith(text: string): void {
    this.#before += this.#text.length;
    this.#text = text;
    this.#position = 0;
  }

  sees(token: string): boolean {
    return this.#text.startsWith(token, this.#position);
  }

  seesOneOf(set: CharSet): boolean {
    return set[this.#text.charCodeAt(this.#position)] === 1;
  }

  eat(token: string): boolean {
    if (!this.sees(token)) return false;
    this.#position += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.eat(token)) this.fail(token === ' ' ? 'Expected a space' : `Expected "${token}"`);
  }

  /** The longest run of members, perhaps empty. */
  take(set: CharSet): string {
    const start = this.#position;
    let end = start;
    while (end < this.#text.length && set[this.#text.charCodeAt(end)] === 1) end++;
    this.#position = end;
    return this.#text.slice(start, end);
  }

  /** Up to a character, left unread; `undefined` where it does not come. */
  takeUntil(token: string): string | undefined {
    const end = this.#text.indexOf(token, this.#position);
    if (end === -1) return undefined;
    const taken = this.#text.slice(this.#position, end);
    this.#position = end;
    return taken;
  }

  /** Exactly so many characters, or none. */
  takeCount(count: number): string {
    const taken = this.#text.slice(this.#position, this.#position + count);
    if (taken.length < count) return '';
    this.#position += count;
    return taken;
  }
}
