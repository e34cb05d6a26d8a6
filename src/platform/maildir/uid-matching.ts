// Which file has which UID: the uidlist's records on one side, the files found on the other. Pure.

import { Pace, type Steps } from '#base/steps.ts';
import type { MessageTable } from '#platform/message-index/message-table.ts';
import type { FolderListing } from './folder-files.ts';
import { baseNameOfFile, deliveryMicrosOf } from './message-file-name.ts';
import { sortInSteps } from './sort-in-steps.ts';
import type { Uidlist, UidlistRecord } from './uidlist.ts';

export interface MatchedFiles {
  /** All messages in UID order. */
  readonly files: readonly (readonly [uid: number, file: string])[];
  readonly records: readonly UidlistRecord[];
  /** Records of the files that had no UID: they are the last of `records`. */
  readonly fresh: readonly UidlistRecord[];
  readonly uidNext: number;
  /** Records of messages that are gone must leave the uidlist: should such a file come back it is a new message. */
  readonly mustReplace: boolean;
}

interface Unlisted {
  readonly baseName: string;
  readonly file: string;
  readonly micros: number;
}

export function* matchFiles(
  list: Omit<Uidlist, 'isTorn'>,
  listing: FolderListing,
  known: MessageTable,
  knownFiles: ReadonlyMap<number, string>,
): Steps<MatchedFiles> {
  const pace = new Pace();
  /** Base names of the files that have their UID. */
  const matched = new Set<string>();
  const findFile = (baseName: string) => (matched.has(baseName) ? undefined : listing.files.get(baseName));
  const files: [number, string][] = [];
  const records: UidlistRecord[] = [];
  let mustReplace = false;
  for (const record of list.records) {
    if (pace.isDue()) yield;
    const isKnown = known.find(record.uid) >= 0;
    const found = findFile(record.baseName);
    const file = found ?? (listing.isComplete || !isKnown ? undefined : knownFiles.get(record.uid));
    // A UID below the next one that we do not know was told to be gone: it must not come back (RFC 3501 §2.3.1.1).
    if (file === undefined || (!isKnown && record.uid < known.uidNext)) {
      mustReplace ||= isKnown || file !== undefined;
      continue;
    }
    matched.add(record.baseName);
    files.push([record.uid, file]);
    records.push(record);
  }
  // Lines may be lost at the end of a uidlist that was cut off: those messages keep the numbers that were told.
  const lastListed = list.records.at(-1)?.uid ?? 0;
  const fresh: UidlistRecord[] = [];
  for (const [uid, knownFile] of knownFiles) {
    if (pace.isDue()) yield;
    const baseName = baseNameOfFile(knownFile);
    const file = uid > lastListed ? findFile(baseName) : undefined;
    if (file === undefined) continue;
    matched.add(baseName);
    files.push([uid, file]);
    fresh.push({ uid, extensions: '', baseName });
  }
  let uidNext = Math.max(list.uidNext, known.uidNext);
  for (const { baseName, file } of yield* byDelivery(listing.files, matched)) {
    if (pace.isDue()) yield;
    files.push([uidNext, file]);
    fresh.push({ uid: uidNext++, extensions: '', baseName });
  }
  return { files, records: [...records, ...fresh], fresh, uidNext, mustReplace };
}

function* byDelivery(files: ReadonlyMap<string, string>, matched: ReadonlySet<string>): Steps<Unlisted[]> {
  const pace = new Pace();
  const unlisted: Unlisted[] = [];
  for (const [baseName, file] of files) {
    if (pace.isDue()) yield;
    if (!matched.has(baseName)) unlisted.push({ baseName, file, micros: deliveryMicrosOf(baseName) });
  }
  return yield* sortInSteps(unlisted, (a, b) => a.micros - b.micros || (a.baseName < b.baseName ? -1 : 1));
}
