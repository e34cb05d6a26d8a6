// A body that a milter wrote, with line ends as mail has them: a CR or LF that stands alone becomes CRLF, and the last line
// has an end. Otherwise another server might find the end of the message within it (SMTP smuggling). RFC 5321 §2.3.8.

const CR = 0x0d;
const LF = 0x0a;

export class LineEndMender {
  /** A CR came last: its LF may be the next octet. */
  #isBehindCr = false;
  #isAtLineStart = true;

  /** What is sure by now. */
  mend(octets: Buffer): Buffer {
    const mended = Buffer.allocUnsafe(octets.length * 2 + 2);
    let length = 0;
    for (const octet of octets) {
      const isEnd = octet === LF || this.#isBehindCr;
      if (isEnd) {
        mended[length++] = CR;
        mended[length++] = LF;
        this.#isAtLineStart = true;
      }
      this.#isBehindCr = octet === CR;
      if (octet === LF || octet === CR) continue;
      mended[length++] = octet;
      this.#isAtLineStart = false;
    }
    return mended.subarray(0, length);
  }

  /** No octet follows. */
  end(): Buffer {
    return this.#isBehindCr || !this.#isAtLineStart ? Buffer.from('\r\n') : Buffer.alloc(0);
  }
}
