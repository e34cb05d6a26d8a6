// A message on its way to the client: lines end in CRLF, a dot that begins one is doubled, a line of one dot ends it
// all; TOP cuts it short. Octets that need no change are passed on without a copy. RFC 1939 §3, §7 (TOP).

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

interface Insertion {
  readonly at: number;
  readonly octet: number;
}

export class DotStuffing {
  /** Of the current line, in what went before. */
  #lineOctets = 0;
  #endsInCr = false;
  #inHeader = true;
  readonly #bodyLines: number | undefined;
  #bodyLinesSent = 0;
  #complete = false;

  /** `bodyLines`: how many lines of the body are wanted; `undefined` for all. */
  constructor(bodyLines: number | undefined) {
    this.#bodyLines = bodyLines;
  }

  /** No more is wanted: the rest of the message need not be read. */
  get complete(): boolean {
    return this.#complete;
  }

  encode(chunk: Buffer): Buffer {
    const insertions: Insertion[] = [];
    let at = 0;
    while (at < chunk.length && !this.#complete) {
      if (this.#lineOctets === 0 && chunk[at] === DOT) insertions.push({ at, octet: DOT });
      const lf = chunk.indexOf(LF, at);
      if (lf === -1) {
        this.#lineOctets += chunk.length - at;
        at = chunk.length;
        break;
      }
      const afterCr = lf === 0 ? this.#endsInCr : chunk[lf - 1] === CR;
      if (!afterCr) insertions.push({ at: lf, octet: CR });
      this.#endLine(this.#lineOctets + lf - at === (afterCr ? 1 : 0));
      at = lf + 1;
    }
    if (at > 0) this.#endsInCr = chunk[at - 1] === CR;
    return insert(chunk.subarray(0, at), insertions);
  }

  /** What ends the message; the encoder is of no use afterwards. */
  end(): string {
    return this.#lineOctets === 0 ? '.\r\n' : '\r\n.\r\n';
  }

  #endLine(empty: boolean): void {
    this.#lineOctets = 0;
    if (!this.#inHeader) this.#bodyLinesSent += 1;
    if (empty) this.#inHeader = false;
    this.#complete = !this.#inHeader && this.#bodyLines !== undefined && this.#bodyLinesSent >= this.#bodyLines;
  }
}

function insert(octets: Buffer, insertions: readonly Insertion[]): Buffer {
  if (insertions.length === 0) return octets;
  const result = Buffer.allocUnsafe(octets.length + insertions.length);
  let from = 0;
  let to = 0;
  for (const { at, octet } of insertions) {
    to += octets.copy(result, to, from, at);
    result[to++] = octet;
    from = at;
  }
  octets.copy(result, to, from);
  return result;
}
