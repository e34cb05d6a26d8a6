// What `valija setup` finds out by itself. It looks and changes nothing.

import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { loadConfig } from '#platform/config/load-config.ts';
import { ownAddresses } from '#platform/machine/own-addresses.ts';
import { openGetent } from '#platform/system-users/getent.ts';

export interface MachineFacts {
  readonly isRoot: boolean;
  /** It runs here, and starts services. */
  readonly hasSystemd: boolean;
  /** Of those that are wanted. */
  readonly missingUsers: readonly string[];
  readonly hostname: string;
  /** Of its interfaces, loopback too. */
  readonly addresses: readonly string[];
  readonly hasIpv6: boolean;
  /** Of those that are wanted. */
  readonly takenPorts: readonly number[];
  /** It is there already, and stays as it is. */
  readonly existingConfig: string | undefined;
  /** Whom its state belongs to, where that can be read. */
  readonly mailOwner: string | undefined;
  /** A folder of this program that other users cannot enter. */
  readonly closedFolder: string | undefined;
}

export interface Wanted {
  readonly users: readonly string[];
  readonly ports: readonly number[];
  readonly configFile: string;
}

export async function findMachineFacts(wanted: Wanted): Promise<MachineFacts> {
  const getent = openGetent();
  const found = await Promise.all(wanted.users.map((user) => getent('passwd', user)));
  const addresses = ownAddresses();
  const isRoot = process.getuid?.() === 0;
  const existingConfig = existsSync(wanted.configFile) ? wanted.configFile : undefined;
  return {
    isRoot,
    hasSystemd: existsSync('/run/systemd/system'),
    missingUsers: wanted.users.filter((_user, at) => found[at] === undefined),
    hostname: hostname(),
    addresses,
    hasIpv6: addresses.includes('::1'),
    // Of a server that was set up before they may be its own.
    takenPorts: isRoot && existingConfig === undefined ? await findTaken(wanted.ports) : [],
    existingConfig,
    mailOwner: existingConfig === undefined ? undefined : findMailOwner(existingConfig),
    closedFolder: findClosedFolder(import.meta.dirname),
  };
}

/** What is wrong in the file is told by the commands that read it. */
function findMailOwner(configFile: string): string | undefined {
  const config = loadConfig(configFile);
  return config.ok ? config.value.mail_owner : undefined;
}

async function findTaken(ports: readonly number[]): Promise<number[]> {
  const taken: number[] = [];
  for (const port of ports) if (!(await isFree(port))) taken.push(port);
  return taken;
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve: settle } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once('error', () => settle(false));
  probe.listen({ port, host: '0.0.0.0' }, () => probe.close(() => settle(true)));
  return promise;
}

const ENTERED_BY_OTHERS = 0o001;

/** The server's users must reach its files. */
function findClosedFolder(folder: string): string | undefined {
  if ((statSync(folder).mode & ENTERED_BY_OTHERS) === 0) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findClosedFolder(parent);
}
