// Reads the lexical tokens of structured header fields: white space and nested comments, quoted strings, words.
// Each character is passed once; what is never closed ends with the text. RFC 5322 §3.2, RFC 2045 §5.1.

const BACKSLASH = 0x5c;

export class FieldScanner {
  readonly text: string;
  at = 0;
  /** The content of the comment passed last, for `user@host (Name)`. */
  lastComment: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.text.charAt(this.at);
  }

  /** Passes `character` if it comes next. */
  take(character: string): boolean {
    if (this.atEnd || this.next !== character) return false;
    this.at++;
    return true;
  }

  /** CFWS = *([FWS] comment) [FWS]; control characters count as white space. True if anything was passed. */
  skipCfws(): boolean {
    const start = this.at;
    for (; !this.atEnd; ) {
      const code = this.text.charCodeAt(this.at);
      if (code <= 0x20 || code === 0x7f) this.at++;
      else if (this.next === '(') this.#skipComment();
      else break;
    }
    return this.at > start;
  }

  /** comment = "(" *([FWS] ccontent) [FWS] ")" ; ccontent = ctext / quoted-pair / comment */
  #skipComment(): void {
    const start = this.at + 1;
    let depth = 0;
    for (; !this.atEnd; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === BACKSLASH) this.at++;
      else if (code === 0x28) depth++;
      else if (code === 0x29 && --depth === 0) break;
    }
    this.lastComment = unescapePairs(this.text.slice(start, this.at));
    this.at = Math.min(this.at + 1, this.text.length);
  }

  /** quoted-string = DQUOTE *([FWS] qcontent) [FWS] DQUOTE: its content. The opening quote comes next. */
  quotedString(): string {
    const start = ++this.at;
    while (!this.atEnd && this.next !== '"') this.at += this.next === '\\' ? 2 : 1;
    const content = this.text.slice(start, this.at);
    this.at = Math.min(this.at + 1, this.text.length);
    return unescapePairs(content);
  }

  /** domain-literal = "[" *([FWS] dtext) [FWS] "]", brackets included. The opening bracket comes next. */
  domainLiteral(): string {
    const start = this.at;
    const close = this.text.indexOf(']', start);
    this.at = close === -1 ? this.text.length : close + 1;
    return this.text.slice(start, this.at);
  }

  /** Everything up to a control character, a blank, or one of `delimiters` (a set of character codes). */
  word(delimiters: ReadonlySet<number>): string {
    const start = this.at;
    for (; !this.atEnd; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code <= 0x20 || code === 0x7f || delimiters.has(code)) break;
    }
    return this.text.slice(start, this.at);
  }
}

/** quoted-pair = "\" (VCHAR / WSP) */
function unescapePairs(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\s\S]?)/g, '$1') : text;
}

export function characterCodes(characters: string): ReadonlySet<number> {
  return new Set(Array.from(characters, (character) => character.charCodeAt(0)));
}
