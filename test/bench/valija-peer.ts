// Valija as it ships: the settings of `npm start` with ports and a state of its own, and a hundred accounts.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDirectory } from '#platform/directory/open-directory.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';
import { PASSWORD, startServer, USER1 } from '../world/running-server.ts';
import type { ImapPeer, SmtpPeer } from './peer.ts';
import { countMaildirFiles, runProgram } from './program.ts';

const BOXES = 100;

export async function startValija(folder: string): Promise<SmtpPeer & ImapPeer> {
  mkdirSync(folder, { recursive: true });
  const server = await startServer({ state: folder });
  await addBoxes(join(folder, 'directory.db'));
  return {
    name: 'Valija',
    version: runProgram('git', '-C', import.meta.dirname, 'describe', '--always', '--dirty').trim(),
    rootPids: [server.pid],
    folder,
    smtpPort: server.ports.smtp,
    imaps: { port: server.ports.imaps, user: USER1, password: PASSWORD },
    countDelivered: async () => countMaildirFiles(join(folder, 'vhosts')),
    forgetCaches: () => rmSync(join(folder, 'index'), { recursive: true, force: true }),
    describeSettings: () => readFileSync(server.configFile, 'utf8'),
    stop: () => server.stop(),
  };
}

/** Those that exist already stay as they are. */
async function addBoxes(file: string): Promise<void> {
  await using passwords = openPasswordThreads();
  using opened = openDirectory({ file, recipientDelimiter: '+', passwords, clock: systemClock });
  await opened.admin.addDomain('bench.test', {});
  for (let i = 0; i < BOXES; i++) {
    await opened.admin.addAccount(`u${String(i).padStart(2, '0')}@bench.test`, undefined, {});
  }
}
