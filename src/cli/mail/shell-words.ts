// The words behind a command, as bsd-mailx reads them: blanks part them, quotes keep them together, and within quotes `\n`,
// `\033` and `^G` are control characters.

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

export function shellWords(line: string): string[] {
  const words: string[] = [];
  const scanner = new WordScanner(line);
  for (let word = scanner.next(); word !== undefined; word = scanner.next()) words.push(word);
  return words;
}

class WordScanner {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  next(): string | undefined {
    while (this.#here === ' ' || this.#here === '\t') this.#at++;
    if (this.#here === '') return undefined;
    let word = '';
    while (this.#here !== '' && this.#here !== ' ' && this.#here !== '\t') {
      const character = this.#take();
      word += character === '"' || character === "'" ? this.#quoted(character) : character;
    }
    return word;
  }

  #quoted(quote: string): string {
    let text = '';
    while (this.#here !== '' && this.#here !== quote) {
      const character = this.#take();
      if (character === '\\') text += this.#escape();
      else if (character === '^') text += this.#control();
      else text += character;
    }
    this.#at++;
    return text;
  }

  #escape(): string {
    const [octal] = /^[0-7]{1,3}/.exec(this.#line.slice(this.#at, this.#at + 3)) ?? [];
    if (octal !== undefined) {
      this.#at += octal.length;
      return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    }
    const character = this.#take();
    return character === '' ? '\\' : (ESCAPES[character] ?? character);
  }

  #control(): string {
    const character = this.#here;
    if (character === '?') {
      this.#at++;
      return '\x7f';
    }
    if (!/^[A-_a-z]$/.test(character)) return '^';
    this.#at++;
    return String.fromCharCode(character.charCodeAt(0) & 0x1f);
  }

  get #here(): string {
    return this.#line.charAt(this.#at);
  }

  #take(): string {
    return this.#line.charAt(this.#at++);
  }
}
