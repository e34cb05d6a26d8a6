// CRLF becomes LF, piece by piece; what else stands in a message stays as it is.

const LF = 10;
const CR = 13;
const EMPTY: Buffer = Buffer.alloc(0);

export class LineFeeds {
  #heldCr = false;
  #endsLine = true;

  convert(piece: Buffer): Buffer {
    const input = this.#heldCr ? Buffer.concat([Buffer.from([CR]), piece]) : piece;
    this.#heldCr = input.at(-1) === CR;
    const output = Buffer.allocUnsafe(input.length);
    const end = this.#heldCr ? input.length - 1 : input.length;
    let to = 0;
    let from = 0;
    for (let at = input.indexOf('\r\n'); at >= 0; at = input.indexOf('\r\n', at + 2)) {
      to += input.copy(output, to, from, at);
      from = at + 1;
    }
    to += input.copy(output, to, from, end);
    if (to > 0) this.#endsLine = output[to - 1] === LF;
    return output.subarray(0, to);
  }

  /** Whatever a last line lacks. */
  end(): Buffer {
    if (this.#heldCr) return Buffer.from('\r\n');
    return this.#endsLine ? EMPTY : Buffer.from('\n');
  }
}
