// The file systems that mail lies on, each once.

import { statfsSync, statSync } from 'node:fs';
import { type DiskRoom, judgeDisk } from '#mail/doctor/disk.ts';
import type { DoctorFinding } from '#mail/doctor/finding.ts';
import { reserveOf, roomLimits } from '#platform/journal/room.ts';

export function examineDisks(folders: readonly string[], messageSizeLimit: number): DoctorFinding[] {
  const seen = new Set<number>();
  return folders.flatMap((folder) => {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat === undefined || seen.has(stat.dev)) return [];
    seen.add(stat.dev);
    return judgeDisk(roomOf(folder, messageSizeLimit));
  });
}

function roomOf(folder: string, messageSizeLimit: number): DiskRoom {
  const { bsize, blocks, bavail, files, ffree } = statfsSync(folder);
  const sizeBytes = bsize * blocks;
  return {
    folder,
    sizeBytes,
    freeBytes: bsize * bavail,
    inodes: files,
    freeInodes: ffree,
    reserveBytes: Math.floor(reserveOf(roomLimits(messageSizeLimit), sizeBytes)),
  };
}
