// The content of DATA as it goes over the wire: a dot before each dot that begins a line, lines that end in CRLF and in
// nothing else, none too long, and the dot that ends it all. A CR or LF on its own never leaves us: another server could
// see the end of the message there. RFC 5321 §2.3.8, §4.5.2, §4.5.3.1.6.

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

const EMPTY = Buffer.alloc(0);
const ONE_DOT = Buffer.from('.');
const SPACE = Buffer.from(' ');
const CRLF = Buffer.from('\r\n');
const FOLD = Buffer.from('\r\n ');
const END = Buffer.from('.\r\n');
const END_OF_LINE_AND_END = Buffer.from('\r\n.\r\n');

/** Postfix's `smtp_line_length_limit`: a longer line is broken, and goes on behind a space. */
const LINE_LENGTH_LIMIT = 998;

export class DotStuffing {
  readonly #lineLimit: number;
  /** Octets of the line at hand that went out; 0 at its beginning. */
  #column = 0;
  /** The last octet was a CR: it is held back until it is clear what it is. */
  #heldCr = false;
  /** What goes out of the piece at hand, up to `#from`. */
  #pieces: Buffer[] = [];
  #from = 0;

  constructor(lineLimit: number = LINE_LENGTH_LIMIT) {
    this.#lineLimit = lineLimit;
  }

  /** The piece itself where nothing in it must be changed. */
  push(piece: Buffer): Buffer {
    if (piece.length === 0) return EMPTY;
    this.#pieces = [];
    this.#from = 0;
    let at = this.#heldCr ? this.#resolveCr(piece) : 0;
    // Each is looked for once, however rare the other is.
    let cr = piece.indexOf(CR, at);
    let lf = piece.indexOf(LF, at);
    while (at < piece.length) {
      if (cr !== -1 && cr < at) cr = piece.indexOf(CR, at);
      if (lf !== -1 && lf < at) lf = piece.indexOf(LF, at);
      const end = cr === -1 ? (lf === -1 ? piece.length : lf) : lf === -1 ? cr : Math.min(cr, lf);
      this.#line(piece, at, end);
      if (end === piece.length) break;
      at = end === lf ? this.#bareLf(piece, end) : this.#atCr(piece, end);
    }
    return this.#taken(piece);
  }

  /** Once, behind the last piece. */
  end(): Buffer {
    const held = this.#heldCr;
    this.#heldCr = false;
    return this.#column === 0 && !held ? END : END_OF_LINE_AND_END;
  }

  /** The octets of a line from `at` to `end`, which may be all of it or some. */
  #line(piece: Buffer, at: number, end: number): void {
    if (this.#column === 0 && piece[at] === DOT && end > at) this.#insert(piece, at, ONE_DOT);
    let length = end - at;
    while (this.#column + length > this.#lineLimit) {
      const fitting = this.#lineLimit - this.#column;
      at += fitting;
      length -= fitting;
      this.#insert(piece, at, FOLD);
      this.#column = 1;
    }
    this.#column += length;
  }

  #bareLf(piece: Buffer, at: number): number {
    this.#replace(piece, at, CRLF);
    this.#column = 0;
    return at + 1;
  }

  #atCr(piece: Buffer, at: number): number {
    if (piece[at + 1] === LF) {
      this.#column = 0;
      return at + 2;
    }
    if (at + 1 < piece.length) {
      this.#replace(piece, at, SPACE);
      this.#column++;
    } else {
      this.#replace(piece, at, EMPTY);
      this.#heldCr = true;
    }
    return at + 1;
  }

  /** What the CR at the end of the piece before was. */
  #resolveCr(piece: Buffer): number {
    this.#heldCr = false;
    if (piece[0] === LF) {
      this.#pieces.push(CRLF);
      this.#from = 1;
      this.#column = 0;
      return 1;
    }
    this.#pieces.push(SPACE);
    this.#column++;
    return 0;
  }

  #insert(piece: Buffer, at: number, octets: Buffer): void {
    this.#pieces.push(piece.subarray(this.#from, at), octets);
    this.#from = at;
  }

  #replace(piece: Buffer, at: number, octets: Buffer): void {
    this.#insert(piece, at, octets);
    this.#from = at + 1;
  }

  #taken(piece: Buffer): Buffer {
    if (this.#pieces.length === 0) return piece;
    this.#pieces.push(piece.subarray(this.#from));
    const taken = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return taken;
  }
}
