// The directory on the disk, opened by a command itself because no server runs.

import { join } from 'node:path';
import type { Directory } from '#mail/ports/directory.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Config } from '#platform/config/schema.ts';
import { openJoinedDirectory } from '#platform/directory-sources/open-joined-directory.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';

/** What a source has to tell stands in the answer. */
const SILENT: Log = { write: () => undefined };

/** Open while `work` runs. */
export async function withOfflineDirectory<T>(
  config: Config,
  work: (admin: DirectoryAdmin, directory: Directory) => Promise<T>,
): Promise<T> {
  await using passwords = openPasswordThreads();
  await using opened = openJoinedDirectory(config, {
    file: join(config.state_directory, 'directory.db'),
    passwords,
    clock: systemClock,
    log: SILENT,
  });
  return await work(opened.admin, opened.routed);
}
