// The directory on the disk, opened by a command itself because no server runs.

import { join } from 'node:path';
import type { Directory } from '#mail/ports/directory.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { Config } from '#platform/config/schema.ts';
import { openDirectory } from '#platform/directory/open-directory.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';

/** Open while `work` runs. */
export async function withOfflineDirectory<T>(
  config: Config,
  work: (admin: DirectoryAdmin, directory: Directory) => Promise<T>,
): Promise<T> {
  await using passwords = openPasswordThreads();
  using opened = openDirectory({
    file: join(config.state_directory, 'directory.db'),
    recipientDelimiter: config.recipient_delimiter,
    passwords,
    clock: systemClock,
  });
  return await work(opened.admin, opened.directory);
}
