// A directory on the disk with a clock of its own: empty, or with a domain and two accounts.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDirectory } from '#platform/directory/open-directory.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';
import { fixedClock } from './clock.ts';

export async function openWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'valija-directory-'));
  const file = join(folder, 'directory.db');
  const passwords = openPasswordThreads({ threads: 1, waitingJobs: 16 });
  const clock = fixedClock();
  const open = openDirectory({ file, recipientDelimiter: '+', passwords, clock });
  return {
    ...open,
    file,
    clock,
    passwords,
    async [Symbol.asyncDispose]() {
      open[Symbol.dispose]();
      await passwords[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function openPopulated() {
  const world = await openWorld();
  await world.admin.addDomain('valija.test', {});
  await world.admin.addAccount('usuario1@valija.test', 'contraseña uno', {});
  await world.admin.addAccount('Usuario2@Valija.Test', 'contraseña dos', {
    displayName: 'Usuaria Dos',
    quotaBytes: 1_000_000,
    addAddresses: ['dos@valija.test'],
  });
  return world;
}
