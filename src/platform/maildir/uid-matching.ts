// Which file has which UID: the uidlist's records on one side, the files found on the other. Pure.

import type { MessageTable } from '#platform/message-index/message-table.ts';
import type { FolderListing } from './folder-files.ts';
import { baseNameOf, baseNameOfFile, deliveryMicrosOf } from './message-file-name.ts';
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

export function matchFiles(
  list: Omit<Uidlist, 'isTorn'>,
  listing: FolderListing,
  known: MessageTable,
  knownFiles: ReadonlyMap<number, string>,
): MatchedFiles {
  const unknown = new Map(listing.files);
  const files: [number, string][] = [];
  const records: UidlistRecord[] = [];
  let mustReplace = false;
  for (const record of list.records) {
    const isKnown = known.find(record.uid) >= 0;
    const found = unknown.get(record.baseName);
    const file = found ?? (listing.isComplete || !isKnown ? undefined : knownFiles.get(record.uid));
    // A UID below the next one that we do not know was told to be gone: it must not come back (RFC 3501 §2.3.1.1).
    if (file === undefined || (!isKnown && record.uid < known.uidNext)) {
      mustReplace ||= isKnown || file !== undefined;
      continue;
    }
    unknown.delete(record.baseName);
    files.push([record.uid, file]);
    records.push(record);
  }
  // Lines may be lost at the end of a uidlist that was cut off: those messages keep the numbers that were told.
  const lastListed = list.records.at(-1)?.uid ?? 0;
  const fresh: UidlistRecord[] = [];
  for (const [uid, knownFile] of knownFiles) {
    const baseName = baseNameOfFile(knownFile);
    const file = uid > lastListed ? unknown.get(baseName) : undefined;
    if (file === undefined) continue;
    unknown.delete(baseName);
    files.push([uid, file]);
    fresh.push({ uid, extensions: '', baseName });
  }
  let uidNext = Math.max(list.uidNext, known.uidNext);
  for (const [baseName, file] of [...unknown].sort(byDelivery)) {
    files.push([uidNext, file]);
    fresh.push({ uid: uidNext++, extensions: '', baseName });
  }
  return { files, records: [...records, ...fresh], fresh, uidNext, mustReplace };
}

function byDelivery([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return deliveryMicrosOf(a) - deliveryMicrosOf(b) || (baseNameOf(a) < baseNameOf(b) ? -1 : 1);
}
