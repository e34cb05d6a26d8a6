// Valija as it ships: the settings of `npm start` with ports, a state and accounts of its own.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillState, writeConfig } from '../world/given-state.ts';
import { startServer } from '../world/running-server.ts';
import type { ImapPeer, SmtpPeer } from './peer.ts';
import { countMaildirFiles, runProgram } from './program.ts';

const BOXES = 100;
const USER = 'bench@bench.test';
/** Long enough to be kept as any user's is: argon2id and SCRAM keys. */
const PASSWORD = 'una contraseña larga';

export async function startValija(folder: string): Promise<SmtpPeer & ImapPeer> {
  if (!existsSync(join(folder, 'directory.db'))) await makeAccounts(folder);
  const server = await startServer({ state: folder });
  return {
    name: 'Valija',
    version: runProgram('git', '-C', import.meta.dirname, 'describe', '--always', '--dirty').trim(),
    rootPids: [server.pid],
    folder,
    smtpPort: server.ports.smtp,
    imaps: { port: server.ports.imaps, user: USER, password: PASSWORD },
    countDelivered: async () => countMaildirFiles(join(folder, 'vhosts')),
    forgetCaches: () => rmSync(join(folder, 'index'), { recursive: true, force: true }),
    describeSettings: () => readFileSync(server.configFile, 'utf8'),
    stop: () => server.stop(),
  };
}

async function makeAccounts(folder: string): Promise<void> {
  const boxes = Array.from({ length: BOXES }, (_, i) => `u${String(i).padStart(2, '0')}@bench.test`);
  const { config } = writeConfig(folder);
  await fillState(config, {
    accounts: [{ address: USER, password: PASSWORD }, ...boxes.map((address) => ({ address, password: 'unused' }))],
  });
}
