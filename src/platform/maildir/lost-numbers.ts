// Numbers that were told to clients and must never be given again, though what held them is lost: RFC 3501 §2.3.1.1,
// RFC 7162 §3.1.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { UIDLIST } from './folder-files.ts';
import { salvageRecords, type UidlistRecord } from './uidlist.ts';

/** Of a directory's time: what the kernel's tick hides, and what was counted on top of the clock. */
const MODSEQ_MARGIN_MS = 1000;

/**
 * The uidlist is damaged: what the index knew of the mailbox, and behind it those lines that can still be read. Each line
 * that cannot be may have held a number.
 */
export function withSalvaged(
  known: readonly UidlistRecord[],
  knownUidNext: number,
  text: string,
): { records: readonly UidlistRecord[]; uidNext: number } {
  const { records, unreadable } = salvageRecords(text);
  const later = records.filter(({ uid }) => uid >= knownUidNext);
  const uidNext = Math.max(knownUidNext, (later.at(-1)?.uid ?? 0) + 1) + unreadable;
  return { records: [...known, ...later], uidNext };
}

/** The index is lost, and with it the last modseq. Every change moved a directory's time, whatever the clock says now. */
export function modSeqFloor(folderPath: string): number {
  const times = ['new', 'cur', UIDLIST].map(
    (name) => statSync(join(folderPath, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return Math.floor((Math.max(...times) + MODSEQ_MARGIN_MS) * 1000);
}
