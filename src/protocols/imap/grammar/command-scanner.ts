// The scanner of one command: its texts in turn, with the literals between them. RFC 3501 §9.

import { Scanner } from '#base/scanner.ts';
import type { NameEncoding } from '../command.ts';
import type { Quirks } from '../quirks.ts';
import type { ResponseCode } from '../response.ts';
import type { LiteralOffer, Segment } from '../segment.ts';

export interface Dialect {
  readonly quirks: Quirks;
  readonly names: NameEncoding;
}

/** NO where the syntax was right. */
export interface CommandRefusal {
  readonly status: 'NO' | 'BAD';
  readonly code: ResponseCode | undefined;
}

export class CommandScanner extends Scanner {
  readonly dialect: Dialect;
  readonly #segments: readonly Segment[];
  /** The segment after the text that is read. */
  #next = 1;
  #refusal: CommandRefusal = { status: 'BAD', code: undefined };

  constructor(segments: readonly Segment[], dialect: Dialect) {
    const [first] = segments;
    super(first?.kind === 'text' ? first.text : '');
    this.#segments = segments;
    this.dialect = dialect;
  }

  /** How the command is refused; a fault of syntax is BAD. */
  get refusal(): CommandRefusal {
    return this.#refusal;
  }

  /** The syntax may be right, yet this cannot be asked of us. */
  refuse(code: ResponseCode, message: string): void {
    if (this.fault === undefined) this.#refusal = { status: 'NO', code };
    this.fail(message);
  }

  override fail(message: string): void {
    super.fail(message);
    this.#next = this.#segments.length;
  }

  eatLiteral(): Buffer | undefined {
    const literal = this.#literalAhead();
    if (literal?.kind !== 'literal' || literal.binary) return undefined;
    this.#passLiteral();
    return literal.octets;
  }

  /** The literal that is still to come: it ends what can be read now. */
  eatOffer(): LiteralOffer | undefined {
    const literal = this.#literalAhead();
    if (literal?.kind !== 'offer') return undefined;
    this.#passLiteral();
    return literal;
  }

  /** CRLF, in the grammar. */
  expectEnd(): void {
    if (!this.atTextEnd || this.#next < this.#segments.length) this.fail('Expected the end of the command');
  }

  #literalAhead(): Segment | undefined {
    return this.atTextEnd ? this.#segments[this.#next] : undefined;
  }

  #passLiteral(): void {
    const text = this.#segments[this.#next + 1];
    this.#next += 2;
    this.continueWith(text?.kind === 'text' ? text.text : '');
  }
}
