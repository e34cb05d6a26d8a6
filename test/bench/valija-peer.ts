// Valija as it ships: one process, the settings of `npm start` with ports of its own, and a hundred accounts.

import { join } from 'node:path';
import { openDirectory } from '#platform/directory/open-directory.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';
import { PASSWORD, startServer, USER1 } from '../world/running-server.ts';
import type { Peer } from './peer.ts';
import { countMaildirFiles, runProgram } from './program.ts';

const BOXES = 100;

export async function startValija(): Promise<Peer> {
  const server = await startServer();
  await addBoxes(join(server.state, 'directory.db'));
  return {
    name: 'Valija',
    version: runProgram('git', 'describe', '--always', '--dirty').trim(),
    rootPids: [server.pid],
    smtpPort: server.ports.smtp,
    imap: { port: server.ports.imap, tlsPort: server.ports.imaps, user: USER1, password: PASSWORD },
    countDelivered: async () => countMaildirFiles(join(server.state, 'vhosts')),
    describeSettings: () => 'the settings of `npm start`',
    stop: async () => server[Symbol.asyncDispose](),
  };
}

async function addBoxes(file: string): Promise<void> {
  await using passwords = openPasswordThreads();
  using opened = openDirectory({ file, recipientDelimiter: '+', passwords, clock: systemClock });
  await opened.admin.addDomain('bench.test', {});
  for (let i = 0; i < BOXES; i++) {
    await opened.admin.addAccount(`u${String(i).padStart(2, '0')}@bench.test`, undefined, {});
  }
}
