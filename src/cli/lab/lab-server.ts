// One server of a lab: its state in a folder of its own, and its process, whose log is shown line by line.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Result } from '#base/result.ts';
import type { DirectoryAdmin, Refusal } from '#mail/ports/directory-admin.ts';
import type { LabConfig, LabServerConfig } from '#platform/config/lab-schema.ts';
import { loadConfig } from '#platform/config/load-config.ts';
import { labServerToml } from '#platform/config/load-lab.ts';
import type { CommandContext } from '../command-context.ts';
import { badConfig } from '../config-complaints.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import { withOfflineDirectory } from '../offline-directory.ts';
import { prepareStateForCommand } from '../prepare-state.ts';
import { startSupervisor } from '../supervisor-process.ts';

export interface LabServer extends AsyncDisposable {
  /** Its end, whoever asked for it. */
  readonly ended: Promise<unknown>;
}

/** A lab that is started again in the same folder has its mail and accounts; the settings are those of its file. */
export async function prepareServer(
  context: CommandContext,
  folder: string,
  lab: LabConfig,
  server: LabServerConfig,
): Promise<string> {
  const home = join(folder, server.myhostname.replace(/[^A-Za-z0-9.-]/g, '_'));
  const configFile = join(home, 'valija.toml');
  mkdirSync(home, { recursive: true, mode: 0o750 });
  writeFileSync(configFile, labServerToml(lab, server), { mode: 0o640 });
  const loaded = loadConfig(configFile);
  if (!loaded.ok) throw badConfig(context, loaded.error);
  if (existsSync(join(home, 'directory.db'))) return configFile;
  prepareStateForCommand(loaded.value.state_directory);
  await withOfflineDirectory(loaded.value, (admin) => fillDirectory(admin, lab, server));
  return configFile;
}

async function fillDirectory(admin: DirectoryAdmin, lab: LabConfig, server: LabServerConfig): Promise<void> {
  const { domains, accounts, aliases } = server;
  for (const domain of domains) done(await admin.addDomain(domain, {}));
  for (const address of accounts) done(await admin.addAccount(address, lab.password, {}));
  for (const [address, targets] of Object.entries(aliases)) done(await admin.addAlias(address, targets));
}

function done(outcome: Result<unknown, Refusal>): void {
  if (!outcome.ok) throw new CommandFailure(EXIT.data, outcome.error.message);
}

/** Throws CommandFailure when it cannot start. */
export async function startServer(configFile: string, showLine: (line: string) => void): Promise<LabServer> {
  // A group of its own: Ctrl-C at the terminal comes to us, and we end the servers in turn.
  const { process: child, started, ended } = startSupervisor(configFile, { silent: true, detached: true });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', showLine);
  }
  const first = await started;
  if (first.kind === 'failed') throw new CommandFailure(EXIT.configuration, `${configFile}: ${first.text}`);
  return {
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}
