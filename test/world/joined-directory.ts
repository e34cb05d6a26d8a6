// The embedded directory and the sources of given settings, as the server has them, with a domain `valija.test` and usuario1
// in the former.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { PasswordCheck } from '#mail/ports/authenticator.ts';
import { type DirectorySettings, directorySettings } from '#platform/config/directory-settings.ts';
import { type JoinedDirectory, openJoinedDirectory } from '#platform/directory-sources/open-joined-directory.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';
import { collectingLog } from './log.ts';

export interface DirectoryHouse extends JoinedDirectory {
  readonly logged: () => string;
}

const RETRY_MS = 20;

export const EMBEDDED = { address: 'usuario1@valija.test', password: 'secreto embebido' };

/** As they would stand in valija.toml. */
export async function openDirectoryHouse(written: readonly Record<string, unknown>[]): Promise<DirectoryHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-directory-'));
  const passwords = openPasswordThreads();
  const { directory }: { directory: DirectorySettings[] } = z.object(directorySettings).parse({ directory: written });
  const log = collectingLog();
  const options = { file: join(folder, 'directory.db'), passwords, clock: systemClock, log };
  const joined = openJoinedDirectory({ directory, recipient_delimiter: '+' }, options);
  await joined.admin.addDomain('valija.test', {});
  await joined.admin.addAccount(EMBEDDED.address, EMBEDDED.password, {});
  return {
    ...joined,
    logged: () => log.text(),
    async [Symbol.asyncDispose]() {
      await joined[Symbol.asyncDispose]();
      await passwords[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Again, as a client does who is told «later»: the password threads take so many at a time. */
export async function logIn(house: DirectoryHouse, login: string, password: string): Promise<PasswordCheck> {
  for (;;) {
    try {
      return await house.authenticator.checkPassword(login, password);
    } catch (error) {
      if (!/too many passwords wait/.test(String(error))) throw error;
      await delay(RETRY_MS);
    }
  }
}
