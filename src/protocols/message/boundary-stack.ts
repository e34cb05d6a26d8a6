// The boundaries of the multiparts that a line may end, the innermost last. RFC 2046 §5.1.1, §5.1.2: a boundary is
// found by its beginning, any outer one ends the inner parts, and where one is the beginning of another the longest
// that fits is meant.

export interface BoundaryMatch {
  /** Position in the stack, 0 being the outermost. */
  readonly index: number;
  /** How many parts were open when the boundary was pushed. */
  readonly depth: number;
  /** `--boundary--`: the multipart ends. */
  readonly closing: boolean;
}

const DASH = 0x2d;

export class BoundaryStack {
  readonly #entries: { readonly boundary: Buffer; readonly depth: number }[] = [];

  get size(): number {
    return this.#entries.length;
  }

  push(boundary: Buffer, depth: number): void {
    this.#entries.push({ boundary, depth });
  }

  /** The boundaries from `index` on are no longer looked for. */
  truncate(index: number): void {
    this.#entries.length = Math.min(this.#entries.length, index);
  }

  /** `line` has no line ending. */
  find(line: Buffer): BoundaryMatch | undefined {
    if (line[0] !== DASH || line[1] !== DASH) return undefined;
    const length = line.length - 2;
    const dashed = length >= 2 && line[line.length - 1] === DASH && line[line.length - 2] === DASH;
    let best: { readonly index: number; readonly depth: number; readonly length: number } | undefined;
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry === undefined || !beginsWith(line, entry.boundary)) continue;
      if (best !== undefined && entry.boundary.length <= best.length) continue;
      best = { index, depth: entry.depth, length: entry.boundary.length };
      // All of the line: none fits better, and the innermost of equals is meant.
      if (best.length === length || (dashed && best.length === length - 2)) break;
    }
    if (best === undefined) return undefined;
    const closing = line[2 + best.length] === DASH && line[3 + best.length] === DASH;
    return { index: best.index, depth: best.depth, closing };
  }
}

function beginsWith(line: Buffer, boundary: Buffer): boolean {
  if (line[2] !== boundary[0] || line.length < boundary.length + 2) return false;
  return line.compare(boundary, 0, boundary.length, 2, 2 + boundary.length) === 0;
}
