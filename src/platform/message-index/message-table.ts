// The numbers of one mailbox in memory: packed columns that grow, in UID order. It knows no files: stores put in what
// they find there. A modseq is max(last + 1, microseconds since 1970), so that none is ever given twice, even when
// an index was lost meanwhile. RFC 7162 §3.1.

import { FIRST_KEYWORD_BIT, KEYWORDS_PER_MAILBOX } from '#mail/mailboxes/flags.ts';
import type { FlagChange, MessageColumns } from '#mail/ports/mail-store.ts';

export interface MessageRow {
  readonly uid: number;
  readonly flags: number;
  readonly modSeq: number;
  readonly sizeBytes: number;
  readonly internalDateMs: number;
}

/** One message whose flags become others; `before` is what they were. */
export interface FlagStep {
  readonly index: number;
  readonly before: number;
  readonly after: number;
}

export interface FlagSteps {
  /** Every message that was addressed, and is there, and was not too new; unchanged ones too. */
  readonly steps: readonly FlagStep[];
  readonly modified: Uint32Array;
}

const FIRST_CAPACITY = 16;

export class MessageTable {
  count = 0;
  uidNext = 1;
  highestModSeq = 1;
  readonly keywords: string[] = [];
  uids = new Uint32Array(FIRST_CAPACITY);
  flags = new Uint32Array(FIRST_CAPACITY);
  modSeqs = new Float64Array(FIRST_CAPACITY);
  sizesBytes = new Float64Array(FIRST_CAPACITY);
  internalDatesMs = new Float64Array(FIRST_CAPACITY);

  /** Index of a UID, or -1. */
  find(uid: number): number {
    const at = this.lowerBound(uid);
    return at < this.count && this.uids[at] === uid ? at : -1;
  }

  /** Index of the first message whose UID is not below. */
  lowerBound(uid: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.uids[middle] ?? 0) < uid) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Indexes of the given UIDs that exist, in the order given. */
  findAll(uids: Uint32Array): number[] {
    const found: number[] = [];
    for (const uid of uids) {
      const at = this.find(uid);
      if (at >= 0) found.push(at);
    }
    return found;
  }

  nextModSeq(nowMs: number): number {
    this.highestModSeq = Math.max(this.highestModSeq + 1, Math.floor(nowMs * 1000));
    return this.highestModSeq;
  }

  /** UIDs only rise. */
  push(row: MessageRow): void {
    const at = this.count;
    if (at === this.uids.length) this.grow(at * 2);
    this.uids[at] = row.uid;
    this.flags[at] = row.flags;
    this.modSeqs[at] = row.modSeq;
    this.sizesBytes[at] = row.sizeBytes;
    this.internalDatesMs[at] = row.internalDateMs;
    this.count = at + 1;
    this.uidNext = Math.max(this.uidNext, row.uid + 1);
    this.highestModSeq = Math.max(this.highestModSeq, row.modSeq);
  }

  setFlags(index: number, flags: number, modSeq: number): void {
    this.flags[index] = flags;
    this.modSeqs[index] = modSeq;
  }

  row(index: number): MessageRow {
    return {
      uid: at(this.uids, index),
      flags: at(this.flags, index),
      modSeq: at(this.modSeqs, index),
      sizeBytes: at(this.sizesBytes, index),
      internalDateMs: at(this.internalDatesMs, index),
    };
  }

  /** The same mailbox without messages: keywords and counters stay. */
  emptyCopy(): MessageTable {
    const copy = new MessageTable();
    copy.uidNext = this.uidNext;
    copy.highestModSeq = this.highestModSeq;
    copy.keywords.push(...this.keywords);
    return copy;
  }

  totalBytes(): number {
    let sum = 0;
    for (let i = 0; i < this.count; i++) sum += at(this.sizesBytes, i);
    return sum;
  }

  /** One pass, however many go. */
  remove(isGone: (uid: number) => boolean): void {
    let to = 0;
    for (let from = 0; from < this.count; from++) {
      if (isGone(at(this.uids, from))) continue;
      if (to !== from) {
        this.uids[to] = at(this.uids, from);
        this.flags[to] = at(this.flags, from);
        this.modSeqs[to] = at(this.modSeqs, from);
        this.sizesBytes[to] = at(this.sizesBytes, from);
        this.internalDatesMs[to] = at(this.internalDatesMs, from);
      }
      to++;
    }
    this.count = to;
  }

  /** A copy of the messages from `start` on. */
  columns(start = 0): MessageColumns {
    return {
      uids: this.uids.slice(start, this.count),
      flags: this.flags.slice(start, this.count),
      modSeqs: this.modSeqs.slice(start, this.count),
      sizesBytes: this.sizesBytes.slice(start, this.count),
      internalDatesMs: this.internalDatesMs.slice(start, this.count),
    };
  }

  /** The bits of these keywords, taking new ones in; `undefined` when the mailbox has no letter left for one. */
  keywordBits(keywords: readonly string[]): number | undefined {
    let bits = 0;
    const fresh: string[] = [];
    for (const keyword of keywords) {
      const lower = keyword.toLowerCase();
      const isSame = (known: string): boolean => known.toLowerCase() === lower;
      let k = this.keywords.findIndex(isSame);
      if (k < 0) {
        const added = fresh.findIndex(isSame);
        k = this.keywords.length + (added < 0 ? fresh.push(keyword) - 1 : added);
      }
      if (k >= KEYWORDS_PER_MAILBOX) return undefined;
      bits |= 1 << (FIRST_KEYWORD_BIT + k);
    }
    this.keywords.push(...fresh);
    return bits >>> 0;
  }

  /** What a STORE means for each message, nothing done yet. `bits`: its system flags and keywords. */
  planFlagChange(uids: Uint32Array, change: FlagChange, bits: number): FlagSteps {
    const steps: FlagStep[] = [];
    const modified: number[] = [];
    for (const index of this.findAll(uids)) {
      if (change.unchangedSinceModSeq !== undefined && at(this.modSeqs, index) > change.unchangedSinceModSeq) {
        modified.push(at(this.uids, index));
        continue;
      }
      const before = at(this.flags, index);
      steps.push({ index, before, after: flagsAfter(before, change.mode, bits) });
    }
    return { steps, modified: Uint32Array.from(modified) };
  }

  private grow(capacity: number): void {
    this.uids = grown(this.uids, new Uint32Array(capacity));
    this.flags = grown(this.flags, new Uint32Array(capacity));
    this.modSeqs = grown(this.modSeqs, new Float64Array(capacity));
    this.sizesBytes = grown(this.sizesBytes, new Float64Array(capacity));
    this.internalDatesMs = grown(this.internalDatesMs, new Float64Array(capacity));
  }
}

/** A column's value at an index that is known to exist. */
export function at(column: Uint32Array | Float64Array, index: number): number {
  return column[index] ?? 0;
}

function flagsAfter(before: number, mode: FlagChange['mode'], bits: number): number {
  if (mode === 'replace') return bits;
  return (mode === 'add' ? before | bits : before & ~bits) >>> 0;
}

function grown<Column extends Uint32Array | Float64Array>(old: Column, larger: Column): Column {
  larger.set(old);
  return larger;
}
