// One session's view of a mailbox that others change meanwhile. Message numbers move only when the client is told:
// what happens is applied at once, but expunged messages keep their rows, and new ones stay unnumbered, until
// `takeUpdates` says what to announce. RFC 3501 §5.2, RFC 3501 §7.4.1, RFC 2180.
//
// A row's flags need announcing when they differ from those the client was told, so that a silent STORE and a change
// by somebody else to the same message do not hide each other.

import { type Intervals, includesNumber } from '#base/intervals.ts';
import { MessageRows, type ViewColumns } from './message-rows.ts';
import { resolveSequenceSet, type SequenceRange, type SequenceSet } from './sequence-set.ts';

export interface ViewSnapshot {
  readonly uidNext: number;
  /** Bit k of a message's flags has the k-th name: the system flags, then the mailbox's keywords. */
  readonly flagNames: readonly string[];
  /** UIDs at or above it are \Recent in this session. */
  readonly firstRecentUid: number;
  readonly columns: ViewColumns;
}

export type ViewChange =
  | { readonly kind: 'added'; readonly columns: ViewColumns; readonly flagNames: readonly string[] }
  | {
      readonly kind: 'flags';
      readonly uids: Uint32Array;
      readonly flags: Uint32Array;
      readonly modSeqs: Float64Array;
      readonly flagNames: readonly string[];
    }
  | { readonly kind: 'expunged'; readonly uids: Uint32Array };

export interface ViewUpdates {
  /** Message numbers, highest first, so that none of them shifts another. */
  readonly expunged: readonly number[];
  readonly exists: number | undefined;
  readonly recent: number | undefined;
  /** A keyword is new here: FLAGS and PERMANENTFLAGS are due. */
  readonly flagNames: boolean;
  /** Rows whose flags the client does not know; numbered as after the rest of the update. */
  readonly changedRows: readonly number[];
}

/** What a STORE did to the flags, as the client that asked for it silently will assume. */
export type FlagEffect = (flags: number) => number;

export class MailboxView {
  readonly #rows: MessageRows;
  readonly #firstRecentUid: number;
  #flagNames: readonly string[];
  #toldFlagNames: readonly string[];
  /** Rows below it have numbers. */
  #numbered: number;
  #toldRecent: number;
  #highestUid: number;
  #anyGone = false;
  #flagsChanged = false;

  constructor(snapshot: ViewSnapshot) {
    this.#rows = new MessageRows(snapshot.columns);
    this.#firstRecentUid = snapshot.firstRecentUid;
    this.#flagNames = snapshot.flagNames;
    this.#toldFlagNames = snapshot.flagNames;
    this.#numbered = this.#rows.length;
    this.#highestUid = snapshot.uidNext - 1;
    this.#toldRecent = this.recent;
  }

  /** EXISTS as the client knows it; row `r` below it has the message number `r + 1`. */
  get exists(): number {
    return this.#numbered;
  }

  get recent(): number {
    return this.#numbered - Math.min(this.#numbered, this.#rows.lowerBound(this.#firstRecentUid));
  }

  get flagNames(): readonly string[] {
    return this.#flagNames;
  }

  /** The bits of these names; names that this mailbox does not know have none. */
  flagBits(names: readonly string[]): number {
    let bits = 0;
    for (const name of names) {
      const bit = this.#flagNames.findIndex((known) => known.toLowerCase() === name.toLowerCase());
      if (bit >= 0) bits |= 1 << bit;
    }
    return bits >>> 0;
  }

  uid(row: number): number {
    return this.#rows.uid(row);
  }

  flags(row: number): number {
    return this.#rows.flags(row);
  }

  modSeq(row: number): number {
    return this.#rows.modSeq(row);
  }

  sizeBytes(row: number): number {
    return this.#rows.sizeBytes(row);
  }

  internalDateMs(row: number): number {
    return this.#rows.internalDateMs(row);
  }

  isRecent(row: number): boolean {
    return this.#rows.uid(row) >= this.#firstRecentUid;
  }

  /** Expunged, but the client was not told yet. */
  isGone(row: number): boolean {
    return this.#rows.isGone(row);
  }

  findRow(uid: number): number | undefined {
    const row = this.#rows.find(uid);
    return row !== undefined && row < this.#numbered ? row : undefined;
  }

  uidsOf(rows: readonly number[]): Uint32Array {
    const uids = new Uint32Array(rows.length);
    for (const [i, row] of rows.entries()) uids[i] = this.#rows.uid(row);
    return uids;
  }

  /** The rows that a set of UIDs means, ascending; unknown UIDs and messages that are gone are passed over. */
  rowsOfUids(set: SequenceSet): number[] {
    const rows: number[] = [];
    const last = this.#numbered - 1;
    for (const { first, last: lastUid } of this.resolveUids(set)) {
      const end = this.#rows.lowerBound(lastUid + 1);
      for (let row = this.#rows.lowerBound(first); row < end && row <= last; row++) {
        if (!this.#rows.isGone(row)) rows.push(row);
      }
    }
    return rows;
  }

  /**
   * The rows that a set of message numbers means, ascending, gone ones too; `undefined` when one is out of range.
   * `1:*` is allowed in an empty mailbox, as in Dovecot: clients send it without having looked at EXISTS.
   */
  rowsOfNumbers(set: SequenceSet): number[] | undefined {
    if (this.#numbered === 0) return set.every(isOpenEnded) ? [] : undefined;
    const intervals = resolveSequenceSet(set, this.#numbered);
    const highest = intervals.at(-1)?.last;
    if (highest === undefined || highest > this.#numbered) return undefined;
    const rows: number[] = [];
    for (const { first, last } of intervals) {
      for (let number = first; number <= last; number++) rows.push(number - 1);
    }
    return rows;
  }

  /** `*` is the highest UID that has a number. RFC 3501 §9 (seq-number). */
  resolveUids(set: SequenceSet): Intervals {
    return resolveSequenceSet(set, this.#numbered === 0 ? 0 : this.#rows.uid(this.#numbered - 1));
  }

  resolveNumbers(set: SequenceSet): Intervals {
    return resolveSequenceSet(set, this.#numbered);
  }

  /** Rows that EXPUNGE takes: those with all of `flags`, within `uids` where it is given. */
  rowsWithFlags(flags: number, uids: SequenceSet | undefined): number[] {
    const within = uids === undefined ? undefined : this.resolveUids(uids);
    const rows: number[] = [];
    for (let row = 0; row < this.#numbered; row++) {
      if ((this.#rows.flags(row) & flags) !== flags || this.#rows.isGone(row)) continue;
      if (within === undefined || includesNumber(within, this.#rows.uid(row))) rows.push(row);
    }
    return rows;
  }

  /** Safe to hear a change twice, or one that the snapshot has already. */
  apply(change: ViewChange): void {
    switch (change.kind) {
      case 'added':
        this.#flagNames = change.flagNames;
        this.#add(change.columns);
        return;
      case 'flags':
        this.#flagNames = change.flagNames;
        this.#changeFlags(change.uids, change.flags, change.modSeqs);
        return;
      case 'expunged':
        this.#expunge(change.uids);
    }
  }

  /** The client was sent these flags, or knows them from what it asked for. */
  tell(row: number): void {
    this.#rows.setTold(row, this.#rows.flags(row));
  }

  /** The client is to hear these messages' flags with the next updates, whether it knows them or not. */
  announceFlags(rows: readonly number[]): void {
    for (const row of rows) this.#rows.setTold(row, ~this.#rows.flags(row));
    this.#flagsChanged = true;
  }

  /** After a silent STORE: the client takes its request as done, and knows of nothing else. */
  assume(rows: readonly number[], effect: FlagEffect): void {
    for (const row of rows) this.#rows.setTold(row, effect(this.#rows.told(row)));
    this.#flagsChanged = true;
  }

  /** What the client must hear now, to be sent at once. Without `expunges` no message changes its number. */
  takeUpdates(options: { readonly expunges: boolean }): ViewUpdates {
    const expunged = this.#dropGone(options.expunges);
    const hadRows = this.#numbered;
    this.#numbered = this.#rows.length;
    for (let row = hadRows; row < this.#numbered; row++) this.tell(row);
    const recent = this.recent;
    const recentChanged = recent !== this.#toldRecent;
    this.#toldRecent = recent;
    const flagNames = !sameNames(this.#flagNames, this.#toldFlagNames);
    this.#toldFlagNames = this.#flagNames;
    return {
      expunged,
      exists: this.#numbered === hadRows ? undefined : this.#numbered,
      recent: recentChanged || this.#numbered !== hadRows ? recent : undefined,
      flagNames,
      changedRows: this.#takeChangedRows(),
    };
  }

  #add(columns: ViewColumns): void {
    const known = columns.uids.findIndex((uid) => uid > this.#highestUid);
    if (known === -1) return;
    this.#rows.append(columns, known);
    this.#highestUid = this.#rows.uid(this.#rows.length - 1);
  }

  #changeFlags(uids: Uint32Array, flags: Uint32Array, modSeqs: Float64Array): void {
    let row: number | undefined;
    for (const [i, uid] of uids.entries()) {
      row = this.#rows.find(uid, row);
      const modSeq = modSeqs[i] ?? 0;
      if (row === undefined || modSeq <= this.#rows.modSeq(row)) continue;
      this.#rows.setFlags(row, flags[i] ?? 0, modSeq);
      this.#flagsChanged = true;
    }
  }

  #expunge(uids: Uint32Array): void {
    let row: number | undefined;
    for (const uid of uids) {
      row = this.#rows.find(uid, row);
      if (row === undefined) continue;
      this.#rows.setGone(row);
      this.#anyGone = true;
    }
  }

  /** Messages that came and went before they had a number are never spoken of. */
  #dropGone(numberedToo: boolean): number[] {
    if (!this.#anyGone) return [];
    const dropped = this.#rows.dropGone(numberedToo ? 0 : this.#numbered).filter((row) => row < this.#numbered);
    if (numberedToo) this.#anyGone = false;
    this.#numbered -= dropped.length;
    return dropped.reverse().map((row) => row + 1);
  }

  #takeChangedRows(): number[] {
    if (!this.#flagsChanged) return [];
    this.#flagsChanged = false;
    const changed: number[] = [];
    for (let row = 0; row < this.#numbered; row++) {
      if (this.#rows.told(row) === this.#rows.flags(row) || this.#rows.isGone(row)) continue;
      this.tell(row);
      changed.push(row);
    }
    return changed;
  }
}

function isOpenEnded({ first, last }: SequenceRange): boolean {
  return (first === '*') !== (last === '*');
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name, i) => name === b[i]));
}
