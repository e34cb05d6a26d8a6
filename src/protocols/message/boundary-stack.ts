// The boundaries of the multiparts that a line may end, the innermost last. RFC 2046 §5.1.1, §5.1.2: a boundary is
// found by its beginning, any outer one ends the inner parts, and where one is the beginning of another the longest
// that fits is meant. A line `--foo--` ends `foo`, or begins a part of `foo--`: the inner of the two is meant.

export interface BoundaryMatch {
  /** Position in the stack, 0 being the outermost. */
  readonly index: number;
  /** How many parts were open when the boundary was pushed. */
  readonly depth: number;
  /** `--boundary--`: the multipart ends. */
  readonly closing: boolean;
}

const DASH = 0x2d;

/** The boundaries in a tree by their octets: a line is held against all of them in one walk along it. */
interface Branch {
  readonly next: Map<number, Branch>;
  /** Boundaries that end here, equal ones, the innermost last. */
  readonly ends: Ending[];
}

interface Ending {
  readonly index: number;
  readonly depth: number;
}

interface Fitting extends Ending {
  /** Where it ends in the line. */
  readonly end: number;
}

export class BoundaryStack {
  readonly #boundaries: Buffer[] = [];
  readonly #root: Branch = newBranch();

  get size(): number {
    return this.#boundaries.length;
  }

  push(boundary: Buffer, depth: number): void {
    let branch = this.#root;
    for (const octet of boundary) {
      const next = branch.next.get(octet) ?? newBranch();
      branch.next.set(octet, next);
      branch = next;
    }
    branch.ends.push({ index: this.#boundaries.length, depth });
    this.#boundaries.push(boundary);
  }

  /** The boundaries from `index` on are no longer looked for. */
  truncate(index: number): void {
    for (const boundary of this.#boundaries.splice(index).reverse()) withdraw(this.#root, boundary);
  }

  /** `line` has no line ending. Linear in its octets, however many boundaries are open. */
  find(line: Buffer): BoundaryMatch | undefined {
    if (line[0] !== DASH || line[1] !== DASH) return undefined;
    let longest: Fitting | undefined;
    let closed: Fitting | undefined;
    let branch: Branch | undefined = this.#root;
    for (let at = 2; branch !== undefined; at++) {
      const fitting: Ending | undefined = branch.ends.at(-1);
      if (fitting !== undefined) longest = { ...fitting, end: at };
      if (longest?.end === at && isClosed(line, at)) closed = longest;
      const octet: number | undefined = line[at];
      branch = octet === undefined ? undefined : branch.next.get(octet);
    }
    const best = closed !== undefined && longest !== undefined && closed.index > longest.index ? closed : longest;
    if (best === undefined) return undefined;
    return { index: best.index, depth: best.depth, closing: hasDashes(line, best.end) };
  }
}

function hasDashes(line: Buffer, at: number): boolean {
  return line[at] === DASH && line[at + 1] === DASH;
}

/** The boundary that ends at `end` and two dashes are all of the line. */
function isClosed(line: Buffer, end: number): boolean {
  return end === line.length - 2 && hasDashes(line, end);
}

/** Takes the innermost end out, and the branches that only it needed: true where that is the branch itself. */
function withdraw(branch: Branch, boundary: Buffer, at = 0): boolean {
  const octet = boundary[at];
  const next = octet === undefined ? undefined : branch.next.get(octet);
  if (octet === undefined) branch.ends.pop();
  else if (next !== undefined && withdraw(next, boundary, at + 1)) branch.next.delete(octet);
  return branch.ends.length === 0 && branch.next.size === 0;
}

function newBranch(): Branch {
  return { next: new Map(), ends: [] };
}
