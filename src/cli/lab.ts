// `valija lab FILE`: several servers with domains of their own and the name server that they ask, on loopback addresses of
// this machine: a small Internet to learn with, and to try what a real one does not let you try.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import type { LabConfig } from '#platform/config/lab-schema.ts';
import { loadLab } from '#platform/config/load-lab.ts';
import { ZONE_FAULTS, type ZoneFault } from '#platform/dns/zone-fault.ts';
import { openZoneServer, type ZoneServer } from '#platform/dns/zone-server.ts';
import type { AddCommand, CommandContext } from './command-context.ts';
import { badConfig } from './config-complaints.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { prepareServer, startServer } from './lab/lab-server.ts';
import { labZones } from './lab/lab-zones.ts';
import { formatWelcome } from './lab/welcome.ts';

interface LabOptions {
  readonly folder?: string;
  readonly exitAfter?: number;
}

export const addLab: AddCommand = (program, context) => {
  const { say } = context;
  program
    .command('lab')
    .description(say('lab.description'))
    .argument('<file>', say('lab.argument'))
    .option('--folder <folder>', say('lab.option.folder'))
    .option('--exit-after <seconds>', say('lab.option.exit-after'), parseSeconds)
    .addHelpText('after', `\n${say('lab.examples')}`)
    .action((file: string, options: LabOptions) => runLab(context, resolve(file), options));
};

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0 && seconds <= 86_400)) throw new InvalidArgumentError('');
  return seconds;
}

async function runLab(context: CommandContext, file: string, { folder, exitAfter }: LabOptions): Promise<void> {
  const lab = readLab(context, file);
  await using home = openHome(folder);
  await using running = new AsyncDisposableStack();
  running.use(await openNameServer(lab));
  // Prepared one after the other, for hashing passwords takes both processors; started all at once.
  const configFiles: string[] = [];
  for (const server of lab.server) configFiles.push(await prepareServer(context, home.path, lab, server));
  const width = Math.max(...lab.server.map(({ myhostname }) => myhostname.length));
  const starting = lab.server.map(async ({ myhostname }, i) => {
    const label = context.paint('dim', `${myhostname.padEnd(width)} │`);
    return running.use(await startServer(configFiles[i] ?? '', (line) => context.print(`${label} ${line}`)));
  });
  // All have started or failed before anything is ended.
  await Promise.allSettled(starting);
  const servers = await Promise.all(starting);
  context.print(formatWelcome(context, lab, home.path));
  await Promise.race([untilTold(exitAfter), ...servers.map(({ ended }) => ended)]);
}

function readLab(context: CommandContext, file: string): LabConfig {
  const loaded = loadLab(file);
  if (loaded.ok) return loaded.value;
  throw badConfig(context, loaded.error);
}

function openNameServer(lab: LabConfig): Promise<ZoneServer> {
  const zones = labZones(lab);
  if (!zones.ok) throw new CommandFailure(EXIT.configuration, zones.error);
  const faults = Object.entries(lab.dns.faults).map(([name, word]): [string, ZoneFault] => {
    const fault = ZONE_FAULTS.find((known) => known === word);
    if (fault !== undefined) return [name, fault];
    throw new CommandFailure(EXIT.configuration, `dns.faults: ${name}: ${word}? ${ZONE_FAULTS.join(', ')}`);
  });
  const { address, port, slow } = lab.dns;
  return openZoneServer({ address, port, zones: zones.value, faults: Object.fromEntries(faults), slowMs: slow });
}

/** Where the servers keep their mail: a folder that was named, or one that goes with the lab. */
function openHome(folder: string | undefined): Disposable & AsyncDisposable & { readonly path: string } {
  const path = folder === undefined ? mkdtempSync(join(tmpdir(), 'valija-lab-')) : resolve(folder);
  mkdirSync(path, { recursive: true, mode: 0o750 });
  const remove = () => {
    if (folder === undefined) rmSync(path, { recursive: true, force: true });
  };
  return { path, [Symbol.dispose]: remove, [Symbol.asyncDispose]: async () => remove() };
}

/** Ctrl-C, SIGTERM, or the end of the time given. */
async function untilTold(seconds: number | undefined): Promise<void> {
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  await (seconds === undefined ? told : Promise.race([told, delay(seconds * 1_000, undefined, { ref: false })]));
}
