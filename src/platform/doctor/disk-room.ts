// The file systems that mail lies on, each once.

import { statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DiskRoom, judgeDisk } from '#mail/doctor/disk.ts';
import type { DoctorFinding } from '#mail/doctor/finding.ts';
import type { Config } from '#platform/config/schema.ts';
import { reserveOf, roomLimits } from '#platform/journal/room.ts';

type DiskSettings = Pick<Config, 'state_directory' | 'virtual_mailbox_base' | 'message_size_limit'>;

export function examineDisks(config: DiskSettings): DoctorFinding[] {
  const { state_directory: state, virtual_mailbox_base: base, message_size_limit: messageSizeLimit } = config;
  const folders = [state, join(state, 'journal'), join(state, 'queue'), base];
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
