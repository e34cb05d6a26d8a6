// What comes by standard input, in pieces of any size → a message with CRLF line ends. Lines may end in LF or CRLF; a
// carriage return within a line becomes a line end, for none may leave this machine. `From ` lines on top, of an mbox, are
// skipped, and unless `-i` is given a line with a dot alone ends the message.

const LF = 0x0a;
const CR = 0x0d;
const CRLF = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);
/** A line that is longer goes on its way in pieces. */
const LONGEST_HELD_LINE = 64 * 1024;

export class MessageLines {
  readonly #dotEnds: boolean;
  /** The line at hand, as far as it came with earlier pieces. */
  #held = NOTHING;
  /** The beginning of the line at hand is on its way already. */
  #isWithinLine = false;
  #isOnTop = true;
  #hasEnded = false;

  constructor({ dotEnds }: { readonly dotEnds: boolean }) {
    this.#dotEnds = dotEnds;
  }

  /** A dot alone has come: nothing behind it is read. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  push(piece: Buffer): Buffer {
    const output: Buffer[] = [];
    let from = 0;
    for (let lf = piece.indexOf(LF); lf !== -1 && !this.#hasEnded; lf = piece.indexOf(LF, from)) {
      this.#endLine(this.#withHeld(piece.subarray(from, lf)), output);
      from = lf + 1;
    }
    if (from < piece.length && !this.#hasEnded) this.#hold(this.#withHeld(piece.subarray(from)), output);
    return Buffer.concat(output);
  }

  /** A last line may lack its end. */
  end(): Buffer {
    const output: Buffer[] = [];
    if ((this.#held.length > 0 || this.#isWithinLine) && !this.#hasEnded)
      this.#endLine(this.#withHeld(NOTHING), output);
    return Buffer.concat(output);
  }

  #withHeld(piece: Buffer): Buffer {
    if (this.#held.length === 0) return piece;
    const line = Buffer.concat([this.#held, piece]);
    this.#held = NOTHING;
    return line;
  }

  #hold(line: Buffer, output: Buffer[]): void {
    if (line.length <= LONGEST_HELD_LINE) {
      // The caller's buffer may be used again.
      this.#held = Buffer.from(line);
      return;
    }
    // A carriage return at the cut may belong to the line's end.
    const end = line.at(-1) === CR ? line.length - 1 : line.length;
    output.push(...withoutReturns(line.subarray(0, end)));
    this.#held = Buffer.from(line.subarray(end));
    this.#isWithinLine = true;
    this.#isOnTop = false;
  }

  #endLine(written: Buffer, output: Buffer[]): void {
    const line = withoutFinalReturns(written);
    const isWhole = !this.#isWithinLine;
    this.#isWithinLine = false;
    if (this.#isOnTop && isMboxLine(line)) return;
    this.#isOnTop = false;
    if (this.#dotEnds && isWhole && line.length === 1 && line[0] === 0x2e) {
      this.#hasEnded = true;
      return;
    }
    output.push(...withoutReturns(line), CRLF);
  }
}

function withoutFinalReturns(line: Buffer): Buffer {
  let end = line.length;
  while (end > 0 && line[end - 1] === CR) end--;
  return line.subarray(0, end);
}

function withoutReturns(line: Buffer): Buffer[] {
  if (!line.includes(CR)) return [line];
  return [Buffer.from(line.toString('latin1').replaceAll('\r', '\r\n'), 'latin1')];
}

/** `From usuario1 Sat Nov 21 …`, with any number of `>` before it. */
function isMboxLine(line: Buffer): boolean {
  let start = 0;
  while (line[start] === 0x3e) start++;
  return line.toString('latin1', start, start + 5) === 'From ';
}
