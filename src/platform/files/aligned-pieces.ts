// Memory that begins at a page, as a disk reads and writes it without the kernel's cache in between: an ArrayBuffer that may
// grow has pages of its own. A few pieces, lent in the order of the questions, and used again.

export interface AlignedPiece extends Disposable {
  readonly octets: Buffer;
}

export class AlignedPieces {
  readonly #pieceBytes: number;
  readonly #spare: Buffer[] = [];
  readonly #waiting: ((octets: Buffer) => void)[] = [];
  #unmade: number;

  /** `most`: whoever wants another one waits. */
  constructor(pieceBytes: number, most: number) {
    this.#pieceBytes = pieceBytes;
    this.#unmade = most;
  }

  /** With another's octets in it. */
  async lend(): Promise<AlignedPiece> {
    const octets = await this.#take();
    return { octets, [Symbol.dispose]: () => this.#giveBack(octets) };
  }

  #take(): Buffer | Promise<Buffer> {
    const spare = this.#spare.pop();
    if (spare !== undefined) return spare;
    if (this.#unmade === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#unmade--;
    return Buffer.from(new ArrayBuffer(this.#pieceBytes, { maxByteLength: this.#pieceBytes }), 0, this.#pieceBytes);
  }

  #giveBack(octets: Buffer): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#spare.push(octets);
    else next(octets);
  }
}
