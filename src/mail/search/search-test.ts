// A search key made into a test of one message. It answers from what is known so far and says `undefined` when that is
// not enough, so that a header is read only where numbers and flags do not decide, and a body only where the header
// does not. RFC 3501 §6.4.4.

import { type Intervals, includesNumber } from '#base/intervals.ts';
import { unreachable } from '#base/unreachable.ts';
import type { MailboxView } from '#protocols/imap/mailbox-view.ts';
import type { SearchKey } from '#protocols/imap/search-key.ts';
import { foldCase } from './fold-case.ts';
import { dayOf, type SearchedHeader } from './searched-header.ts';
import { wordsOf } from './sieve.ts';

/** `undefined`: not known yet. */
export type Verdict = boolean | undefined;

export interface KnownOfMessage {
  readonly row: number;
  readonly header: SearchedHeader | undefined;
  /** Texts that surely stand nowhere in the header, though it is not at hand. */
  readonly headerLacks?: ReadonlySet<string>;
  /** Which of the search's body texts occur; `undefined` before the body was read. */
  readonly foundInBody: ReadonlySet<string> | undefined;
}

export type SearchTest = (known: KnownOfMessage) => Verdict;

export interface CompiledSearch {
  readonly test: SearchTest;
  /** Some messages may be decided by their header alone. */
  readonly asksHeaders: boolean;
  /** The texts, folded, that the test wants to know of a header. */
  readonly headerTexts: ReadonlySet<string>;
  /** The same of a body. */
  readonly bodyTexts: readonly string[];
  /** Messages that surely have none of them are left out; `undefined` where all must be looked at. */
  readonly headerWords: readonly string[] | undefined;
  readonly messageWords: readonly string[] | undefined;
}

export function compileSearch(key: SearchKey, view: MailboxView): CompiledSearch {
  const headerTexts = new Set(textsOf(key, ({ kind }) => kind === 'header'));
  const bodyTexts = new Set(textsOf(key, ({ kind }) => kind === 'body' || kind === 'text'));
  return {
    test: compile(key, view),
    asksHeaders: asksHeader(key),
    headerTexts,
    bodyTexts: [...bodyTexts],
    headerWords: asksSentDate(key) ? undefined : wordsOf(headerTexts),
    messageWords: bodyTexts.size === 0 ? undefined : wordsOf([...bodyTexts, ...headerTexts]),
  };
}

function compile(key: SearchKey, view: MailboxView): SearchTest {
  switch (key.kind) {
    case 'all':
      return () => true;
    case 'sequence':
      return within(view.resolveNumbers(key.set), (row) => row + 1);
    case 'uid':
      return within(view.resolveUids(key.set), (row) => view.uid(row));
    case 'flag': {
      const bit = view.flagBits([key.flag]);
      return ({ row }) => ((view.flags(row) & bit) !== 0) === key.present;
    }
    case 'recent':
      return ({ row }) => view.isRecent(row) === key.present;
    case 'size':
      return key.comparison === 'larger'
        ? ({ row }) => view.sizeBytes(row) > key.sizeBytes
        : ({ row }) => view.sizeBytes(row) < key.sizeBytes;
    case 'modseq':
      return ({ row }) => view.modSeq(row) >= key.atLeast;
    case 'date':
      return compileDate(key, view);
    case 'header': {
      const folded = foldCase(key.text);
      return ({ header, headerLacks }) => (headerLacks?.has(folded) ? false : header?.hasText(key.name, folded));
    }
    case 'body': {
      const folded = foldCase(key.text);
      return ({ foundInBody }) => foundInBody?.has(folded);
    }
    case 'text':
      return compileText(foldCase(key.text));
    case 'not': {
      const test = compile(key.key, view);
      return (known) => negate(test(known));
    }
    case 'and':
      return allOf(cheapestFirst(key.keys).map((each) => compile(each, view)));
    case 'or':
      return anyOf(cheapestFirst(key.keys).map((each) => compile(each, view)));
    default:
      return unreachable(key);
  }
}

function within(intervals: Intervals, numberOf: (row: number) => number): SearchTest {
  return ({ row }) => includesNumber(intervals, numberOf(row));
}

function compileDate(key: Extract<SearchKey, { kind: 'date' }>, view: MailboxView): SearchTest {
  const { of, comparison, day } = key;
  const compare = (actual: number): boolean => {
    switch (comparison) {
      case 'before':
        return actual < day;
      case 'on':
        return actual === day;
      case 'since':
        return actual >= day;
    }
  };
  if (of === 'internal') return ({ row }) => compare(dayOf(view.internalDateMs(row)));
  return ({ header }) => {
    if (header === undefined) return undefined;
    const sent = header.sentDay();
    return sent !== undefined && compare(sent);
  };
}

function compileText(folded: string): SearchTest {
  return ({ header, headerLacks, foundInBody }) => {
    const inHeader = headerLacks?.has(folded) ? false : header?.containsAnywhere(folded);
    return inHeader === false ? foundInBody?.has(folded) : inHeader;
  };
}

function negate(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}

/** One `false` decides, whatever is still unknown. */
function allOf(tests: readonly SearchTest[]): SearchTest {
  return (known) => {
    let verdict: Verdict = true;
    for (const test of tests) {
      const each = test(known);
      if (each === false) return false;
      if (each === undefined) verdict = undefined;
    }
    return verdict;
  };
}

function anyOf(tests: readonly SearchTest[]): SearchTest {
  return (known) => {
    let verdict: Verdict = false;
    for (const test of tests) {
      const each = test(known);
      if (each === true) return true;
      if (each === undefined) verdict = undefined;
    }
    return verdict;
  };
}

function cheapestFirst(keys: readonly SearchKey[]): SearchKey[] {
  return keys.toSorted((a, b) => costOf(a) - costOf(b));
}

/** 0: numbers and flags; 1: the header; 2: the body. */
function costOf(key: SearchKey): number {
  switch (key.kind) {
    case 'body':
    case 'text':
      return 2;
    case 'header':
      return 1;
    case 'date':
      return key.of === 'sent' ? 1 : 0;
    case 'not':
      return costOf(key.key);
    case 'and':
    case 'or':
      return Math.max(0, ...key.keys.map(costOf));
    default:
      return 0;
  }
}

/** TEXT asks for the header as well, but hardly ever is content with it. */
function asksHeader(key: SearchKey): boolean {
  switch (key.kind) {
    case 'not':
      return asksHeader(key.key);
    case 'and':
    case 'or':
      return key.keys.some(asksHeader);
    default:
      return costOf(key) === 1;
  }
}

function asksSentDate(key: SearchKey): boolean {
  return leavesOf(key).some((leaf) => leaf.kind === 'date' && leaf.of === 'sent');
}

function textsOf(key: SearchKey, isMeant: (leaf: SearchKey) => boolean): string[] {
  return leavesOf(key).flatMap((leaf) => ('text' in leaf && isMeant(leaf) ? [foldCase(leaf.text)] : []));
}

function leavesOf(key: SearchKey): readonly SearchKey[] {
  switch (key.kind) {
    case 'not':
      return leavesOf(key.key);
    case 'and':
    case 'or':
      return key.keys.flatMap(leavesOf);
    default:
      return [key];
  }
}
