// Debian's knot as the authoritative server of a test's zones, on loopback: signed or not, and changed by whoever has the key.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../world/free-port.ts';
import { until } from '../world/until.ts';
import { runProgram } from './real-program.ts';

export interface KnotZone {
  readonly name: string;
  /** Without an SOA and NS record it gets them. */
  readonly text: string;
  readonly isSigned?: boolean;
  /** Nobody may change it, whatever key they have. */
  readonly isFixed?: boolean;
}

export interface KnotSettings {
  readonly zones: readonly KnotZone[];
  /** Whoever has it may change every zone that is not fixed. */
  readonly key?: { readonly name: string; readonly algorithm: string; readonly secret: string };
  readonly address?: string;
  readonly port?: number;
}

export interface Knot extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /** What `kdig +short` says. */
  dig(name: string, type: string): Promise<string>;
  /** Another content of a zone, with a higher serial number. */
  setZone(zone: KnotZone): Promise<void>;
}

const DEADLINE_MS = 120_000;

export async function startKnot(settings: KnotSettings): Promise<Knot> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-knot-'));
  const { address = '127.0.0.1', zones } = settings;
  const port = settings.port ?? (await freePort());
  let serial = 1;
  for (const name of ['zones', 'db', 'run']) mkdirSync(join(folder, name));
  const write = (zone: KnotZone) => {
    serial++;
    const head = `$ORIGIN ${zone.name === '' ? '.' : `${zone.name}.`}\n$TTL 60\n@ SOA ns.test. hostmaster.test. ${serial} 3600 600 86400 1\n`;
    const servers = zone.text.includes(' NS ') ? '' : '@ NS ns.test.\n';
    writeFileSync(zoneFile(folder, zone.name), `${head}${servers}${zone.text}\n`);
  };
  for (const zone of zones) write(zone);
  writeFileSync(join(folder, 'knot.conf'), configuration(folder, { ...settings, address, port }));
  const child = spawn('/usr/sbin/knotd', ['-c', join(folder, 'knot.conf')], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const dig = async (name: string, type: string) => {
    const args = ['+short', '+timeout=5', `@${address}`, '-p', String(port), name === '' ? '.' : name, type];
    return (await runProgram('/usr/bin/kdig', args)).output.trim();
  };
  const isServed = async (name: string) => (await dig(name, 'SOA')).includes(` ${serial} `);
  await until('a running knot', async () => child.exitCode !== null || (await isLoaded(dig, zones)), DEADLINE_MS);
  if (child.exitCode !== null) throw new Error(readFileSync(join(folder, 'knot.log'), 'utf8').slice(-4_000));
  return {
    address,
    port,
    dig,
    async setZone(zone) {
      write(zone);
      const socket = join(folder, 'run/knot.sock');
      await runProgram('/usr/sbin/knotc', ['-s', socket, 'zone-reload', zone.name === '' ? '.' : zone.name]);
      await until(`the new zone ${zone.name}`, () => isServed(zone.name), DEADLINE_MS);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function isLoaded(dig: Knot['dig'], zones: readonly KnotZone[]): Promise<boolean> {
  for (const { name, isSigned } of zones) {
    if ((await dig(name, isSigned ? 'DNSKEY' : 'SOA')) === '') return false;
  }
  return true;
}

function zoneFile(folder: string, name: string): string {
  return join(folder, 'zones', name === '' ? 'root' : name);
}

function configuration(folder: string, { address, port, zones, key }: KnotSettings): string {
  const keys =
    key === undefined
      ? ''
      : `key:
  - id: ${key.name}
    algorithm: ${key.algorithm}
    secret: ${key.secret}
acl:
  - id: changes
    key: ${key.name}
    action: update
`;
  const entries = zones.map(
    ({ name, isSigned, isFixed }) => `  - domain: ${name === '' ? '.' : name}
    file: ${zoneFile(folder, name)}
    zonefile-sync: -1
    zonefile-load: difference
    journal-content: changes
${key === undefined || isFixed ? '' : '    acl: changes\n'}${isSigned ? '    dnssec-signing: on\n    dnssec-policy: plain\n' : ''}`,
  );
  return `server:
    listen: ${address}@${port}
    rundir: ${folder}/run
database:
    storage: ${folder}/db
log:
  - target: ${folder}/knot.log
    any: info
policy:
  - id: plain
    algorithm: ecdsap256sha256
    single-type-signing: on
    ksk-lifetime: 0
${keys}zone:
${entries.join('')}`;
}
