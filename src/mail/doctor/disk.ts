// Is there room for mail? By its octets and by its files, which run out one by one.

import { type DoctorFinding, found } from './finding.ts';

export interface DiskRoom {
  readonly folder: string;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** 0 where the file system makes as many as it needs. */
  readonly inodes: number;
  readonly freeInodes: number;
  /** Below it mail is refused. */
  readonly reserveBytes: number;
}

const LOW_PERCENT = 15;
const FEW_INODES_PERCENT = 10;
const NO_INODES_PERCENT = 2;

export function judgeDisk(room: DiskRoom): DoctorFinding[] {
  const { folder, sizeBytes, freeBytes, reserveBytes } = room;
  const percent = percentOf(freeBytes, sizeBytes);
  const values = { percent, freeBytes, reserveBytes };
  const findings = judgeInodes(room);
  if (freeBytes < reserveBytes) return [found('disk-full', folder, values), ...findings];
  if (percent < LOW_PERCENT) return [found('disk-low', folder, values), ...findings];
  return findings.length > 0 ? findings : [found('disk-fine', folder, values)];
}

function judgeInodes({ folder, inodes, freeInodes }: DiskRoom): DoctorFinding[] {
  if (inodes === 0) return [];
  const percent = percentOf(freeInodes, inodes);
  const values = { percent, freeInodes };
  if (percent < NO_INODES_PERCENT) return [found('inodes-out', folder, values)];
  return percent < FEW_INODES_PERCENT ? [found('inodes-low', folder, values)] : [];
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((100 * part) / whole);
}
