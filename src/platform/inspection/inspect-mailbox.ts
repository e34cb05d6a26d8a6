// One mailbox: its message files against its uidlist, its keywords file, and what the index says of it. What other mail
// programs do without us (new files, removed ones) is a notice at most: the next look takes it in.

import { lstatSync, readdirSync, readFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { FIRST_KEYWORD_BIT } from '#mail/mailboxes/flags.ts';
import { isMissing } from '#platform/files/errno.ts';
import { KEYWORDS, lookAt, UIDLIST } from '#platform/maildir/folder-files.ts';
import { parseKeywordsFile } from '#platform/maildir/keywords-file.ts';
import { baseNameOf, flagsOfFileName, sizesOfFileName } from '#platform/maildir/message-file-name.ts';
import { parseUidlist, type Uidlist } from '#platform/maildir/uidlist.ts';
import type { IndexedMailbox } from '#platform/message-index/account-index.ts';
import { type Finding, type FindingCode, nameSome } from './finding.ts';

export interface InspectedMailbox {
  readonly path: string;
  /** Whom all of it must belong to. */
  readonly owner: number;
  /** What the index knows, where there is one. */
  readonly indexed: IndexedMailbox | undefined;
  /** Base names that the journal still has to file. */
  readonly promised: ReadonlySet<string>;
}

/** Base name → where it lies; more than one place is damage. */
type Listing = ReadonlyMap<string, readonly string[]>;

export function* inspectMailbox(mailbox: InspectedMailbox): Generator<Finding> {
  const { path } = mailbox;
  const listing = listFiles(path);
  yield* inspectFiles(mailbox, listing);
  const list = yield* inspectUidlist(path, listing);
  yield* inspectKeywords(path, listing);
  if (mailbox.indexed !== undefined) yield* inspectIndexed(mailbox, mailbox.indexed, listing, list);
}

function listFiles(path: string): Listing {
  const listing = new Map<string, string[]>();
  for (const directory of ['new', 'cur']) {
    for (const file of readdirSync(join(path, directory))) {
      if (file.startsWith('.')) continue;
      const base = baseNameOf(file);
      listing.set(base, [...(listing.get(base) ?? []), `${directory}/${file}`]);
    }
  }
  return listing;
}

function* inspectFiles({ path, owner }: InspectedMailbox, listing: Listing): Generator<Finding> {
  const wrong = new Map<FindingCode, string[]>();
  for (const [base, places] of listing) {
    if (places.length > 1) note(wrong, 'file-twice', base);
    for (const place of places) {
      const stat = statOf(join(path, place));
      if (stat === undefined) continue;
      if (!stat.isFile()) note(wrong, 'file-not-regular', place);
      else if (stat.uid !== owner) note(wrong, 'foreign-owner', place);
      else if ((sizesOfFileName(base).fileBytes ?? stat.size) !== stat.size) note(wrong, 'file-size', place);
    }
  }
  for (const [code, names] of wrong) yield { code, path, detail: nameSome(names) };
}

function* inspectUidlist(path: string, listing: Listing): Generator<Finding, Uidlist | undefined> {
  const file = join(path, UIDLIST);
  const text = readText(file);
  if (text === undefined) {
    if (listing.size > 0) yield { code: 'uidlist-missing', path: file };
    return undefined;
  }
  const parsed = parseUidlist(text);
  if (!parsed.ok) {
    yield { code: 'uidlist-broken', path: file, detail: parsed.error };
    return undefined;
  }
  const { records, isTorn } = parsed.value;
  if (isTorn) yield { code: 'uidlist-torn', path: file };
  const known = new Set<string>();
  const twice = records.filter(({ baseName }) => known.size === known.add(baseName).size);
  if (twice.length > 0) {
    yield { code: 'uidlist-file-twice', path: file, detail: nameSome(twice.map(({ baseName }) => baseName)) };
  }
  const unnumbered = [...listing.keys()].filter((base) => !known.has(base));
  if (unnumbered.length > 0) yield { code: 'file-without-uid', path, detail: nameSome(unnumbered) };
  return parsed.value;
}

function* inspectKeywords(path: string, listing: Listing): Generator<Finding> {
  const file = join(path, KEYWORDS);
  const text = readText(file) ?? '';
  const lines = text.split('\n').filter((line) => line !== '');
  const named = parseKeywordsFile(text);
  const unread = lines.filter((line) => parseKeywordsFile(line).length === 0);
  if (unread.length > 0) yield { code: 'keywords-broken', path: file, detail: nameSome(unread.map(printable)) };
  let used = 0;
  for (const places of listing.values()) for (const place of places) used |= flagsOfFileName(place);
  const letters = 32 - Math.clz32(used >>> FIRST_KEYWORD_BIT);
  if (letters > named.length) yield { code: 'keyword-unnamed', path: file, detail: letterOf(letters - 1) };
}

function* inspectIndexed(
  { path, promised }: InspectedMailbox,
  { facts, messages }: IndexedMailbox,
  listing: Listing,
  list: Uidlist | undefined,
): Generator<Finding> {
  const bases = messages.map(({ file }) => baseNameOf(file.slice(file.indexOf('/') + 1)));
  const missing = bases.filter((base) => !listing.has(base) && !promised.has(base));
  if (missing.length > 0) yield { code: 'message-missing', path, detail: nameSome(missing) };
  // Only an index that says it is up to date can disagree.
  const look = lookAt(path);
  if (list === undefined || facts.look !== `${look.directories} ${look.uidlist}`) return;
  const uidOf = new Map(list.records.map(({ uid, baseName }) => [baseName, uid]));
  const different = bases.filter((base, i) => uidOf.has(base) && uidOf.get(base) !== messages[i]?.uid);
  if (facts.uidValidity !== list.uidValidity) different.push('UIDVALIDITY');
  if (different.length > 0) yield { code: 'index-disagrees', path, detail: nameSome(different) };
}

function note(into: Map<FindingCode, string[]>, code: FindingCode, name: string): void {
  const names = into.get(code);
  if (names === undefined) into.set(code, [name]);
  else names.push(name);
}

/** `undefined`: renamed or removed while we looked. */
function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

function letterOf(k: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + k);
}

/** A broken line may hold anything. */
function printable(line: string): string {
  return JSON.stringify(line.slice(0, 40));
}
