// Valija as it ships: the settings of `npm start` with ports, a state and accounts of its own.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillState, writeConfig } from '../world/given-state.ts';
import { type RunningServer, startServer } from '../world/running-server.ts';
import type { ImapPeer, SmtpPeer } from './peer.ts';
import { countMaildirFiles, runProgram } from './program.ts';
import type { RelaySink } from './relay-sink.ts';

const BOXES = 100;
const USER = 'bench@bench.test';
/** Long enough to be kept as any user's is: argon2id and SCRAM keys. */
const PASSWORD = 'una contraseña larga';

export interface ValijaPeer extends SmtpPeer, ImapPeer {
  readonly workerPid: number;
}

/** `environment`: for its processes, besides this one's own. */
export async function startValija(
  folder: string,
  settings = '',
  environment: Readonly<Record<string, string>> = {},
): Promise<ValijaPeer> {
  if (!existsSync(join(folder, 'directory.db'))) await makeAccounts(folder);
  const server = await startServer({ state: folder, settings, environment });
  return {
    ...peerOf(server, folder),
    workerPid: server.pid,
    imaps: { port: server.ports.imaps, user: USER, password: PASSWORD },
    countDelivered: async () => countMaildirFiles(join(folder, 'vhosts')),
    forgetCaches: () => rmSync(join(folder, 'index'), { recursive: true, force: true }),
  };
}

/** Hosts nothing: all mail goes on to the sink. As many deliveries at once as the Postfix beside it makes. */
export async function startRelayingValija(folder: string, sink: RelaySink): Promise<SmtpPeer> {
  const settings = [
    `relayhost = "[127.0.0.1]:${sink.port}"`,
    'initial_destination_concurrency = 20',
    'default_destination_concurrency_limit = 50',
  ].join('\n');
  writeConfig(folder, settings);
  const server = await startServer({ state: folder, settings });
  return { ...peerOf(server, folder), countDelivered: async () => sink.messages() };
}

function peerOf(server: RunningServer, folder: string): Omit<SmtpPeer, 'countDelivered'> {
  return {
    name: 'Valija',
    version: runProgram('git', '-C', import.meta.dirname, 'describe', '--always', '--dirty').trim(),
    rootPids: [server.supervisorPid],
    folder,
    smtpPort: server.ports.smtp,
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
