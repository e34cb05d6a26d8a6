// Octets → commands, before any grammar runs: lines and the literals between them, each limit enforced here. A line is
// decoded once, as UTF-8; literals stay octets. Whether a literal is welcome is a question to the session, which answers
// before anything else is read; an APPEND's message then streams past by its count. RFC 3501 §2.2.1, §4.3, §9 (literal),
// RFC 7888 (LITERAL+), RFC 3516 §4.4 (literal8).

import { isUtf8 } from 'node:buffer';
import { ByteQueue } from '#base/byte-queue.ts';
import { unreachable } from '#base/unreachable.ts';
import type { FramingLimits } from './limits.ts';
import { type Announcement, readLiteralAnnouncement } from './literal.ts';
import type { Quirks } from './quirks.ts';
import type { LiteralOffer, Segment } from './segment.ts';
import { findTag, TAG_CHARS } from './tag.ts';

export type FrameEvent =
  | { readonly kind: 'command'; readonly segments: readonly Segment[] }
  /** Answer with `acceptLiteral` or `refuseLiteral`; until then nothing more is read. The offer is the last segment. */
  | { readonly kind: 'literal-begin'; readonly segments: readonly Segment[]; readonly offer: LiteralOffer }
  /** Of a literal accepted as `stream`. */
  | { readonly kind: 'literal-chunk'; readonly octets: Buffer }
  /** What is left of the command follows as `literal-begin` or `command`, with its segments only. */
  | { readonly kind: 'literal-end' }
  | FrameRefusal;

/** Answer with `tag BAD message` (`* BAD` without a tag); where `fatal`, with BYE too: the boundaries are lost. */
export interface FrameRefusal {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  readonly tag: string | undefined;
  readonly message: string;
  readonly fatal: boolean;
}

export type RefusalReason = keyof typeof REFUSALS;

const REFUSALS = {
  'line-too-long': { message: 'Line too long', fatal: true },
  'command-too-long': { message: 'Command too long', fatal: true },
  'bare-line-feed': { message: 'Lines must end with CRLF', fatal: true },
  'invalid-literal': { message: 'Invalid literal size', fatal: false },
  'invalid-non-synchronizing-literal': { message: 'Invalid literal size', fatal: true },
  'invalid-utf8': { message: 'Invalid UTF-8', fatal: false },
} as const;

export type ContinuationEvent = { readonly kind: 'line'; readonly text: string } | FrameRefusal;

type State =
  | { readonly phase: 'line' }
  | { readonly phase: 'asking'; readonly offer: LiteralOffer }
  | { readonly phase: 'buffering'; readonly offer: LiteralOffer }
  | { readonly phase: 'streaming'; remainingBytes: number }
  /** What is left of a refused command is thrown away: a literal, then its line, which may announce the next. */
  | { readonly phase: 'skipping-literal'; remainingBytes: number }
  | { readonly phase: 'skipping-line' }
  | { readonly phase: 'closed' };

const LF = 0x0a;
const CR = 0x0d;

export class Framer {
  #limits: FramingLimits;
  readonly #quirks: Quirks;
  readonly #input = new ByteQueue();
  #state: State = { phase: 'line' };
  /** Of the command that is being read, once its first line is here. */
  #begun: { readonly tag: string | undefined } | undefined;
  #segments: Segment[] = [];
  /** Read or thrown away of it. */
  #commandBytes = 0;
  /** Octets of the unfinished line that are known to hold no LF. */
  #scannedBytes = 0;

  constructor(limits: FramingLimits, quirks: Quirks) {
    this.#limits = limits;
    this.#quirks = quirks;
  }

  /** After login. */
  changeLimits(limits: FramingLimits): void {
    this.#limits = limits;
  }

  push(chunk: Buffer): void {
    if (this.#state.phase !== 'closed') this.#input.push(chunk);
  }

  /** Before TLS starts: what came in clear behind STARTTLS is not read, ever. RFC 3501 §6.2.1. */
  discardInput(): void {
    this.#input.clear();
    this.#scannedBytes = 0;
    this.#beginCommand();
  }

  /** `undefined`: more octets are needed, or an answer, or the connection is lost. */
  next(): FrameEvent | undefined {
    for (;;) {
      const state = this.#state;
      switch (state.phase) {
        case 'line':
          return this.#readCommandLine();
        case 'buffering':
          if (this.#input.length < state.offer.sizeBytes) return undefined;
          this.#takeLiteral(state.offer);
          break;
        case 'streaming':
          return this.#stream(state);
        case 'skipping-literal':
          if (!this.#skip(state)) return undefined;
          break;
        case 'skipping-line': {
          const outcome = this.#skipLine();
          if (outcome !== 'skipped') return outcome;
          break;
        }
        case 'asking':
        case 'closed':
          return undefined;
        default:
          return unreachable(state);
      }
    }
  }

  /** One line that is no command: a SASL response, DONE. Only between commands. */
  nextLine(): ContinuationEvent | undefined {
    if (this.#state.phase !== 'line') return undefined;
    const line = this.#takeLine(this.#limits.continuationBytes);
    if (line === undefined) return undefined;
    if (!Buffer.isBuffer(line)) return { ...line, tag: undefined };
    return isUtf8(line) ? { kind: 'line', text: line.toString('utf8') } : refuse('invalid-utf8', undefined);
  }

  /** `buffer`: a part of the command. `stream`: an APPEND's message, handed on as it comes. */
  acceptLiteral(as: 'buffer' | 'stream'): void {
    if (this.#state.phase !== 'asking') throw new Error('no literal was offered');
    const { offer } = this.#state;
    if (as === 'stream') {
      this.#segments = [];
      this.#commandBytes = 0;
      this.#state = { phase: 'streaming', remainingBytes: offer.sizeBytes };
      return;
    }
    if (offer.sizeBytes > this.#limits.literalBytes) throw new Error('a literal over the limit was accepted');
    this.#state = { phase: 'buffering', offer };
  }

  /** The rest of the command is thrown away. `lost`: it is too long for that, say BYE and close. */
  refuseLiteral(): 'resynchronized' | 'lost' {
    if (this.#state.phase !== 'asking') throw new Error('no literal was offered');
    return this.#skipOffer(this.#state.offer);
  }

  #readCommandLine(): FrameEvent | undefined {
    const line = this.#takeLine(this.#limits.lineBytes);
    if (line === undefined || !Buffer.isBuffer(line)) return line;
    const announced = readLiteralAnnouncement(line);
    if (announced.kind === 'invalid') {
      return this.#refuse(announced.synchronizing ? 'invalid-literal' : 'invalid-non-synchronizing-literal', line);
    }
    this.#commandBytes += line.length;
    if (this.#commandBytes > this.#limits.commandBytes) return this.#refuse('command-too-long', line);
    const octets = line.subarray(0, announced.textBytes);
    if (!isUtf8(octets)) return this.#refuseUndecodable(line, announced);
    const text = octets.toString('utf8');
    this.#begun ??= { tag: findTag(text) };
    this.#segments.push({ kind: 'text', text });
    if (announced.kind === 'none') return this.#complete();
    this.#state = { phase: 'asking', offer: announced.offer };
    return { kind: 'literal-begin', segments: [...this.#segments, announced.offer], offer: announced.offer };
  }

  #complete(): FrameEvent {
    const segments = this.#segments;
    this.#beginCommand();
    return { kind: 'command', segments };
  }

  #beginCommand(): void {
    this.#begun = undefined;
    this.#segments = [];
    this.#commandBytes = 0;
    this.#state = { phase: 'line' };
  }

  #takeLiteral(offer: LiteralOffer): void {
    const octets = this.#input.take(offer.sizeBytes);
    this.#commandBytes += octets.length;
    this.#segments.push({ kind: 'literal', octets, binary: offer.binary });
    this.#state = { phase: 'line' };
  }

  #stream(state: { remainingBytes: number }): FrameEvent | undefined {
    if (state.remainingBytes === 0) {
      this.#state = { phase: 'line' };
      return { kind: 'literal-end' };
    }
    if (this.#input.length === 0) return undefined;
    const octets = this.#input.take(state.remainingBytes);
    state.remainingBytes -= octets.length;
    return { kind: 'literal-chunk', octets };
  }

  #skip(state: { remainingBytes: number }): boolean {
    state.remainingBytes -= this.#input.take(state.remainingBytes).length;
    if (state.remainingBytes > 0) return false;
    this.#state = { phase: 'skipping-line' };
    return true;
  }

  #skipLine(): FrameRefusal | undefined | 'skipped' {
    const line = this.#takeLine(this.#limits.lineBytes);
    if (line === undefined || !Buffer.isBuffer(line)) return line;
    const announced = readLiteralAnnouncement(line);
    if (announced.kind === 'invalid' && !announced.synchronizing) {
      return this.#refuse('invalid-non-synchronizing-literal', line);
    }
    if (announced.kind !== 'literal') this.#beginCommand();
    else if (this.#skipOffer(announced.offer) === 'lost') return refuse('command-too-long', undefined);
    return 'skipped';
  }

  #skipOffer(offer: LiteralOffer): 'resynchronized' | 'lost' {
    const alreadySkipped = this.#commandBytes;
    this.#beginCommand();
    // The client of a synchronizing literal gives the command up when it reads NO or BAD: nothing follows.
    if (offer.synchronizing) return 'resynchronized';
    if (alreadySkipped + offer.sizeBytes > this.#limits.discardedBytes) {
      this.#close();
      return 'lost';
    }
    // It has its answer: whatever is wrong from here on is not told by its tag.
    this.#begun = { tag: undefined };
    this.#commandBytes = alreadySkipped + offer.sizeBytes;
    this.#state = { phase: 'skipping-literal', remainingBytes: offer.sizeBytes };
    return 'resynchronized';
  }

  /** A line without its end; `undefined` while it is incomplete. */
  #takeLine(limitBytes: number): Buffer | FrameRefusal | undefined {
    const lf = this.#input.indexOf(LF, this.#scannedBytes);
    const lineBytes = lf === -1 ? this.#input.length : lf + 1;
    if (lineBytes > limitBytes) return this.#refuse('line-too-long', this.#input.peek(limitBytes));
    if (lf === -1) {
      this.#scannedBytes = this.#input.length;
      return undefined;
    }
    this.#scannedBytes = 0;
    const line = this.#input.take(lf + 1);
    if (line[lf - 1] === CR) return line.subarray(0, lf - 1);
    return this.#quirks.bareLineFeed ? line.subarray(0, lf) : this.#refuse('bare-line-feed', line);
  }

  #refuseUndecodable(line: Buffer, announced: Announcement): FrameRefusal {
    const refusal = refuse('invalid-utf8', this.#findTag(line));
    const outcome = announced.kind === 'literal' ? this.#skipOffer(announced.offer) : this.#beginCommand();
    return outcome === 'lost' ? { ...refusal, fatal: true } : refusal;
  }

  #refuse(reason: RefusalReason, line: Buffer): FrameRefusal {
    const refusal = refuse(reason, this.#findTag(line));
    if (refusal.fatal) this.#close();
    else this.#beginCommand();
    return refusal;
  }

  #close(): void {
    this.#input.clear();
    this.#segments = [];
    this.#state = { phase: 'closed' };
  }

  /** Of the command that the line belongs to. */
  #findTag(line: Buffer): string | undefined {
    return this.#begun === undefined ? findTag(line.toString('latin1', 0, TAG_CHARS + 1)) : this.#begun.tag;
  }
}

function refuse(reason: RefusalReason, tag: string | undefined): FrameRefusal {
  return { kind: 'refused', reason, tag, ...REFUSALS[reason] };
}
