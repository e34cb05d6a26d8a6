// Where the lines and the contents in a stream of octets begin and end; nothing here knows what they mean. Lines end
// in CRLF and in nothing else (RFC 5321 §2.3.8): whoever is lenient about that reads two messages where another
// server read one. Held back is at most one line within its limit, or three octets of content.

import { isUtf8 } from 'node:buffer';

export type LineDefect = 'too-long' | 'bare-line-end' | 'control-character' | 'not-utf8';

export type LineFrame =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'broken-line'; readonly defect: LineDefect };

export type ContentFrame =
  | { readonly kind: 'octets'; readonly octets: Buffer }
  /** Said once: a CR or LF stood alone. What still comes is only good for being thrown away. */
  | { readonly kind: 'bare-line-end' }
  | { readonly kind: 'end' };

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;
const EMPTY = Buffer.alloc(0);

// C0, DEL and C1: none has a meaning in a command, and each has been used to forge a log line.
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

const END: ContentFrame = { kind: 'end' };
const BARE_LINE_END: ContentFrame = { kind: 'bare-line-end' };

export class SmtpFraming {
  #buffer: Buffer = EMPTY;
  /** The same, while it is content: V8 searches a string in half of the time. */
  #text: string | undefined;
  #start = 0;
  #atLineStart = true;
  #condemned = false;

  push(octets: Buffer): void {
    const rest = this.#buffer.length - this.#start;
    this.#hold(rest === 0 ? octets : Buffer.concat([this.#buffer.subarray(this.#start), octets]));
  }

  /** The memory of what was pushed will be used anew: what is held back is kept elsewhere. */
  ownRest(): void {
    this.#hold(this.hasMore ? Buffer.from(this.#buffer.subarray(this.#start)) : EMPTY);
  }

  /** Octets are here that nobody has read. */
  get hasMore(): boolean {
    return this.#start < this.#buffer.length;
  }

  /** Forgets what was not read: the clear text behind STARTTLS. RFC 3207 §4.2. */
  clear(): void {
    this.#hold(EMPTY);
  }

  /** The next line without its CRLF; `undefined` until there is a whole one. */
  nextLine(limitOctets: number): LineFrame | undefined {
    const start = this.#start;
    const lf = this.#buffer.indexOf(LF, start);
    const lengthOctets = (lf === -1 ? this.#buffer.length : lf + 1) - start;
    if (lengthOctets > limitOctets) {
      this.clear();
      return { kind: 'broken-line', defect: 'too-long' };
    }
    if (lf === -1) {
      // An idle client does not keep the last chunk alive.
      if (lengthOctets === 0) this.clear();
      return undefined;
    }
    this.#start = lf + 1;
    if (lf === start || this.#buffer[lf - 1] !== CR) return { kind: 'broken-line', defect: 'bare-line-end' };
    return decodeLine(this.#buffer.subarray(start, lf - 1));
  }

  /** Said once before the first `nextDataOctets` of a message. */
  beginData(): void {
    this.#atLineStart = true;
    this.#condemned = false;
  }

  /**
   * The next run of DATA's content, dots unstuffed, as a view on what was pushed; `undefined` until there is more.
   * RFC 5321 §4.1.1.4, §4.5.2.
   */
  nextDataOctets(): ContentFrame | undefined {
    if (this.#start === this.#buffer.length) return undefined;
    if (this.#condemned) return this.#nextCondemnedOctets();
    if (this.#atLineStart && this.#buffer[this.#start] === DOT) {
      const ending = this.#readDot();
      if (ending !== 'unstuffed') return ending;
    }
    const buffer = this.#buffer;
    const start = this.#start;
    this.#text ??= buffer.toString('latin1');
    const text = this.#text;
    let at = start;
    while (at < text.length) {
      const cr = text.indexOf('\r', at);
      const lf = text.indexOf('\n', at);
      if (cr === -1 && lf === -1) return this.#take(start, text.length, false);
      if (cr === text.length - 1) return lf === -1 ? this.#take(start, cr, false) : this.#condemn();
      if (cr === -1 || lf !== cr + 1) return this.#condemn();
      at = lf + 1;
      if (buffer[at] === DOT) break;
    }
    return this.#take(start, at, true);
  }

  /** Up to `count` octets as they stand (BDAT); `undefined` until there is one. RFC 3030 §2. */
  nextCountedOctets(count: number): Buffer | undefined {
    const end = Math.min(this.#buffer.length, this.#start + count);
    if (end === this.#start) return undefined;
    const octets = this.#buffer.subarray(this.#start, end);
    this.#start = end;
    return octets;
  }

  /** At a dot that begins a line: the end of the content, or a dot to drop. */
  #readDot(): 'unstuffed' | ContentFrame | undefined {
    const [next, nextButOne] = [this.#buffer[this.#start + 1], this.#buffer[this.#start + 2]];
    if (next === undefined) return undefined;
    if (next === LF) return this.#condemn();
    if (next === CR) {
      if (nextButOne === undefined) return undefined;
      if (nextButOne !== LF) return this.#condemn();
      this.#start += 3;
      return END;
    }
    this.#start += 1;
    this.#atLineStart = false;
    return 'unstuffed';
  }

  #hold(octets: Buffer): void {
    this.#buffer = octets;
    this.#text = undefined;
    this.#start = 0;
  }

  #condemn(): ContentFrame {
    this.#condemned = true;
    return BARE_LINE_END;
  }

  /**
   * Such content is refused and the connection closed, so that here, and only here, a dot on its own ends it however
   * its line ends: the sender, who believes to be done, shall hear why.
   */
  #nextCondemnedOctets(): ContentFrame | undefined {
    const buffer = this.#buffer;
    const start = this.#start;
    for (let dot = buffer.indexOf(DOT, start); dot !== -1; dot = buffer.indexOf(DOT, dot + 1)) {
      const begins = dot === start ? this.#atLineStart : isLineEnd(buffer[dot - 1]);
      if (!begins) continue;
      if (dot === buffer.length - 1) return this.#take(start, dot, true);
      if (!isLineEnd(buffer[dot + 1])) continue;
      this.#start = dot + 2;
      return END;
    }
    return this.#take(start, buffer.length, isLineEnd(buffer[buffer.length - 1]));
  }

  #take(start: number, end: number, atLineStart: boolean): ContentFrame | undefined {
    this.#atLineStart = atLineStart;
    this.#start = end;
    return end === start ? undefined : { kind: 'octets', octets: this.#buffer.subarray(start, end) };
  }
}

/**
 * Looks for a CR or LF on its own in content that comes by count; `after` says whether the octets before ended in CR.
 * The answer is that for the next call, or `bare`.
 */
export function checkLineEnds(octets: Buffer, after: 'cr' | 'other'): 'cr' | 'other' | 'bare' {
  let at = 0;
  if (after === 'cr' && octets.length > 0) {
    if (octets[0] !== LF) return 'bare';
    at = 1;
  }
  const text = octets.toString('latin1');
  while (at < text.length) {
    const cr = text.indexOf('\r', at);
    const lf = text.indexOf('\n', at);
    if (cr === -1) return lf === -1 ? 'other' : 'bare';
    if (cr === text.length - 1) return lf === -1 ? 'cr' : 'bare';
    if (lf !== cr + 1) return 'bare';
    at = lf + 1;
  }
  return text.length === 0 ? after : 'other';
}

function isLineEnd(octet: number | undefined): boolean {
  return octet === CR || octet === LF;
}

function decodeLine(octets: Buffer): LineFrame {
  if (!isUtf8(octets)) return { kind: 'broken-line', defect: 'not-utf8' };
  const text = octets.toString('utf8');
  if (!CONTROL.test(text)) return { kind: 'line', text };
  return { kind: 'broken-line', defect: text.includes('\r') ? 'bare-line-end' : 'control-character' };
}
