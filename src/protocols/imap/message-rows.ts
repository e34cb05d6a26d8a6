// The numbers of a session's messages in packed columns, row i being sequence number i + 1. Rows are found by UID in
// O(log n), appended in amortised O(1), and dropped many at a time in one pass.

/** Index i is one message, in UID order. */
export interface ViewColumns {
  readonly uids: Uint32Array;
  readonly flags: Uint32Array;
  readonly modSeqs: Float64Array;
  readonly sizesBytes: Float64Array;
  readonly internalDatesMs: Float64Array;
}

interface Storage {
  uids: Uint32Array;
  flags: Uint32Array;
  /** The flags as the client knows them: the same column, until they differ. Most sessions idle, and thousands do. */
  told: Uint32Array;
  modSeqs: Float64Array;
  sizesBytes: Float64Array;
  internalDatesMs: Float64Array;
  /** 1 where the message was expunged and the client does not know yet; there is none while that is so nowhere. */
  gone: Uint8Array | undefined;
}

const SMALLEST_CAPACITY = 16;
/** Of all that have no messages: without room, nothing is ever written to it. */
const NO_ROWS: Storage = {
  uids: new Uint32Array(0),
  flags: new Uint32Array(0),
  told: new Uint32Array(0),
  modSeqs: new Float64Array(0),
  sizesBytes: new Float64Array(0),
  internalDatesMs: new Float64Array(0),
  gone: undefined,
};

export class MessageRows {
  #columns: Storage;
  #length: number;

  /** Takes the columns over: they are the caller's no longer. */
  constructor(columns: ViewColumns) {
    this.#length = columns.uids.length;
    this.#columns = this.#length === 0 ? NO_ROWS : { ...columns, told: columns.flags, gone: undefined };
  }

  get length(): number {
    return this.#length;
  }

  uid(row: number): number {
    return this.#columns.uids[row] ?? 0;
  }

  flags(row: number): number {
    return this.#columns.flags[row] ?? 0;
  }

  told(row: number): number {
    return this.#columns.told[row] ?? 0;
  }

  modSeq(row: number): number {
    return this.#columns.modSeqs[row] ?? 0;
  }

  sizeBytes(row: number): number {
    return this.#columns.sizesBytes[row] ?? 0;
  }

  internalDateMs(row: number): number {
    return this.#columns.internalDatesMs[row] ?? 0;
  }

  isGone(row: number): boolean {
    return this.#columns.gone?.[row] === 1;
  }

  setFlags(row: number, flags: number, modSeq: number): void {
    this.#tellApart();
    this.#columns.flags[row] = flags;
    this.#columns.modSeqs[row] = modSeq;
  }

  setTold(row: number, flags: number): void {
    if (this.told(row) === flags) return;
    this.#tellApart();
    this.#columns.told[row] = flags;
  }

  setGone(row: number): void {
    this.#columns.gone ??= new Uint8Array(this.#columns.uids.length);
    this.#columns.gone[row] = 1;
  }

  /** The first row whose UID is not below `uid`; `length` when there is none. */
  lowerBound(uid: number): number {
    const uids = this.#columns.uids;
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((uids[middle] ?? 0) < uid) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whoever looks for many gives the row of the one before: it is often the next. */
  find(uid: number, before?: number): number | undefined {
    if (before !== undefined && before + 1 < this.#length && this.uid(before + 1) === uid) return before + 1;
    const row = this.lowerBound(uid);
    return row < this.#length && this.uid(row) === uid ? row : undefined;
  }

  /** Appends the messages from index `from` of the columns on. */
  append(columns: ViewColumns, from: number): void {
    const added = columns.uids.length - from;
    this.#reserve(this.#length + added);
    const into = this.#columns;
    into.uids.set(columns.uids.subarray(from), this.#length);
    into.flags.set(columns.flags.subarray(from), this.#length);
    if (into.told !== into.flags) into.told.set(columns.flags.subarray(from), this.#length);
    into.modSeqs.set(columns.modSeqs.subarray(from), this.#length);
    into.sizesBytes.set(columns.sizesBytes.subarray(from), this.#length);
    into.internalDatesMs.set(columns.internalDatesMs.subarray(from), this.#length);
    into.gone?.fill(0, this.#length, this.#length + added);
    this.#length += added;
  }

  /** Drops the gone rows from `from` on; returns the numbers they had, ascending. */
  dropGone(from: number): number[] {
    const dropped: number[] = [];
    let into = from;
    for (let row = from; row < this.#length; row++) {
      if (this.isGone(row)) dropped.push(row);
      else this.#moveRow(row, into++);
    }
    this.#length = into;
    if (from === 0) this.#columns.gone = undefined;
    return dropped;
  }

  #moveRow(from: number, into: number): void {
    if (from === into) return;
    const columns = this.#columns;
    columns.uids.copyWithin(into, from, from + 1);
    columns.flags.copyWithin(into, from, from + 1);
    if (columns.told !== columns.flags) columns.told.copyWithin(into, from, from + 1);
    columns.modSeqs.copyWithin(into, from, from + 1);
    columns.sizesBytes.copyWithin(into, from, from + 1);
    columns.internalDatesMs.copyWithin(into, from, from + 1);
    if (columns.gone !== undefined) columns.gone[into] = 0;
  }

  #tellApart(): void {
    const columns = this.#columns;
    if (columns.told === columns.flags) columns.told = columns.flags.slice();
  }

  #reserve(rows: number): void {
    if (rows <= this.#columns.uids.length) return;
    const capacity = Math.max(rows, this.#length * 2, SMALLEST_CAPACITY);
    const old = this.#columns;
    const flags = grown(Uint32Array, old.flags, capacity);
    this.#columns = {
      uids: grown(Uint32Array, old.uids, capacity),
      flags,
      told: old.told === old.flags ? flags : grown(Uint32Array, old.told, capacity),
      modSeqs: grown(Float64Array, old.modSeqs, capacity),
      sizesBytes: grown(Float64Array, old.sizesBytes, capacity),
      internalDatesMs: grown(Float64Array, old.internalDatesMs, capacity),
      gone: old.gone && grown(Uint8Array, old.gone, capacity),
    };
  }
}

function grown<A extends Uint32Array | Float64Array | Uint8Array>(
  Column: new (length: number) => A,
  old: A,
  capacity: number,
): A {
  const column = new Column(capacity);
  column.set(old);
  return column;
}
