// Where the replies in a stream of octets begin and end. Held back is at most one line and what is kept of one reply:
// a server that talks without end is cut off. A line may end in LF alone, for here nothing hangs on it.
//
//   Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
//   Reply-code = %x32-35 %x30-35 %x30-39
//
// RFC 5321 §4.2, §4.5.3.1.5.

import { isUtf8 } from 'node:buffer';
import { ByteQueue } from '#base/byte-queue.ts';
import type { RemoteReply } from './remote-reply.ts';

export interface ReplyLimits {
  /** Of a line so much is kept, and the rest passed over: Postfix's `line_length_limit`. */
  readonly lineOctets: number;
  /** Lines of one reply that are kept. */
  readonly lines: number;
  /** A reply longer than that is the end of the conversation. */
  readonly replyOctets: number;
}

const DEFAULT_REPLY_LIMITS: ReplyLimits = { lineOctets: 2_048, lines: 200, replyOctets: 65_536 };

export type ReplyDefect = 'endless' | 'not-a-reply';

export type ReplyFrame =
  | { readonly kind: 'reply'; readonly reply: RemoteReply }
  | { readonly kind: 'broken-reply'; readonly defect: ReplyDefect };

const LF = 0x0a;
const CR = 0x0d;
const CODE = /^[2-5][0-9]{2}(?:[ -]|$)/;
const UNSHOWABLE = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;

export class ReplyFraming {
  readonly #limits: ReplyLimits;
  readonly #octets = new ByteQueue();
  #lines: string[] = [];
  #replyOctets = 0;
  /** What is kept of a line that is too long, until its end has come. */
  #cutLine: Buffer | undefined;

  constructor(limits: ReplyLimits = DEFAULT_REPLY_LIMITS) {
    this.#limits = limits;
  }

  push(octets: Buffer): void {
    this.#octets.push(octets);
  }

  /** True while nothing has come that was not given out. */
  get isEmpty(): boolean {
    return this.#octets.length === 0 && this.#lines.length === 0 && this.#cutLine === undefined;
  }

  /** Forgets what came in clear before TLS: somebody else may have put it there. RFC 3207 §4.2. */
  clear(): void {
    this.#octets.clear();
    this.#lines = [];
    this.#replyOctets = 0;
    this.#cutLine = undefined;
  }

  /** The next reply; `undefined` until there is a whole one. Behind a defect nothing more may be read. */
  next(): ReplyFrame | undefined {
    for (;;) {
      const line = this.#nextLine();
      if (line === undefined) {
        return this.#replyOctets > this.#limits.replyOctets ? broken('endless') : undefined;
      }
      if (this.#replyOctets > this.#limits.replyOctets) return broken('endless');
      const text = decodeLine(line);
      if (!CODE.test(text)) return broken('not-a-reply');
      const isLast = text[3] !== '-';
      if (this.#lines.length < this.#limits.lines || isLast) this.#lines.push(text);
      if (!isLast) continue;
      const reply: RemoteReply = { code: Number(text.slice(0, 3)), lines: this.#lines };
      this.#lines = [];
      this.#replyOctets = 0;
      return { kind: 'reply', reply };
    }
  }

  #nextLine(): Buffer | undefined {
    const lf = this.#octets.indexOf(LF);
    const taken = lf === -1 ? this.#octets.length : lf + 1;
    const { lineOctets } = this.#limits;
    if (lf === -1 && taken <= lineOctets && this.#cutLine === undefined) return undefined;
    this.#replyOctets += taken;
    const octets = this.#octets.take(taken);
    const kept = this.#cutLine ?? Buffer.from(octets.subarray(0, lineOctets));
    if (lf === -1) {
      this.#cutLine = kept;
      return undefined;
    }
    this.#cutLine = undefined;
    return kept;
  }
}

function broken(defect: ReplyDefect): ReplyFrame {
  return { kind: 'broken-reply', defect };
}

function decodeLine(line: Buffer): string {
  let end = line.length;
  if (line[end - 1] === LF) end--;
  if (line[end - 1] === CR) end--;
  const octets = line.subarray(0, end);
  return octets.toString(isUtf8(octets) ? 'utf8' : 'latin1').replace(UNSHOWABLE, '?');
}
