// Where lines end: at CRLF and nowhere else. Held back is at most one line within its limit. RFC 1939 §3.

import { isUtf8 } from 'node:buffer';
import { ByteQueue } from '#base/byte-queue.ts';

export type LineDefect = 'too-long' | 'bare-line-end' | 'control-character' | 'not-utf8';

export type LineFrame =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'broken-line'; readonly defect: LineDefect };

const LF = 0x0a;
const CR = 0x0d;
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

export class Pop3Framing {
  readonly #queue = new ByteQueue();

  push(octets: Buffer): void {
    this.#queue.push(octets);
  }

  /** Forgets what was not read: the clear text behind STLS. RFC 2595 §4. */
  clear(): void {
    this.#queue.clear();
  }

  /** The next line without its CRLF; `undefined` until there is a whole one. */
  nextLine(limitOctets: number): LineFrame | undefined {
    const lf = this.#queue.indexOf(LF);
    const lengthOctets = lf === -1 ? this.#queue.length : lf + 1;
    if (lengthOctets > limitOctets) {
      this.#queue.clear();
      return { kind: 'broken-line', defect: 'too-long' };
    }
    return lf === -1 ? undefined : decodeLine(this.#queue.take(lengthOctets));
  }
}

function decodeLine(line: Buffer): LineFrame {
  const end = line.length - 2;
  if (line[end] !== CR || line.subarray(0, end).includes(CR)) return { kind: 'broken-line', defect: 'bare-line-end' };
  const octets = line.subarray(0, end);
  if (!isUtf8(octets)) return { kind: 'broken-line', defect: 'not-utf8' };
  const text = octets.toString('utf8');
  return CONTROL.test(text) ? { kind: 'broken-line', defect: 'control-character' } : { kind: 'line', text };
}
