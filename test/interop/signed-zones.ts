// Signed zones and a resolver that validates them, on an address of loopback that is its own: knot signs, unbound proves. No
// root anchor and nothing that leaves the machine: an empty root answers for all other names.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../world/free-port.ts';
import { until } from '../world/until.ts';
import { findProgram, runProgram } from './real-program.ts';

export interface SignedZones extends AsyncDisposable {
  /** Of the resolver, at port 53. */
  readonly address: string;
}

export interface GivenZones {
  /** Name → master file text, without SOA and NS. */
  readonly zones: Readonly<Record<string, string>>;
  /** Of these, those that are served without signatures. */
  readonly unsigned?: readonly string[];
  /** Of these, those whose signatures do not fit the anchor that the resolver has. */
  readonly bogus?: readonly string[];
}

const ROOT = '. 60 SOA ns. h. 1 3600 600 86400 60\n. 60 NS ns.\nns. 60 A 127.0.0.1\n';

export async function openSignedZones({ zones, unsigned = [], bogus = [] }: GivenZones): Promise<SignedZones> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-zones-'));
  const port = await freePort();
  const address = `127.53.${1 + (process.pid % 250)}.${1 + (port % 250)}`;
  const names = Object.keys(zones);
  for (const part of ['db', 'run']) mkdirSync(join(folder, part));
  writeFileSync(join(folder, 'root.zone'), ROOT);
  for (const [name, text] of Object.entries(zones)) {
    const soa = `$ORIGIN ${name}.\n$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n`;
    writeFileSync(join(folder, `${name}.zone`), `${soa}${text}\n`);
  }
  writeFileSync(join(folder, 'knot.conf'), knotConfiguration(folder, port, names, unsigned));
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  opened.defer(start('knotd', ['-c', join(folder, 'knot.conf'), '-s', join(folder, 'run/knot.sock')]));
  const anchors: string[] = [];
  for (const name of names.filter((each) => !unsigned.includes(each))) {
    const key = await until(`the key of ${name}`, () => dig(port, name, 'DNSKEY'));
    // The key of another: what the zone is signed with then proves nothing.
    anchors.push(bogus.includes(name) ? `${name}. DNSKEY 257 3 13 ${STRANGE_KEY}` : `${name}. DNSKEY ${key}`);
  }
  writeFileSync(join(folder, 'unbound.conf'), unboundConfiguration(folder, address, port, names, anchors));
  opened.defer(start('unbound', ['-d', '-c', join(folder, 'unbound.conf')]));
  await until('a resolver', async () => (await askResolver(address)) === 0);
  const all = opened.move();
  return { address, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** A point of the curve P-256 that signs nothing here: its generator. */
const STRANGE_KEY = Buffer.from(
  `6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296${'4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5'}`,
  'hex',
).toString('base64');

function start(program: string, args: readonly string[]): () => Promise<void> {
  const child = spawn(findProgram(program) ?? program, args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}

async function dig(port: number, name: string, type: string): Promise<string> {
  const args = ['+time=1', '+tries=1', '+short', '@127.0.0.1', '-p', String(port), name, type];
  const { output, code } = await runProgram(findProgram('dig') ?? 'dig', args);
  return code === 0 && !output.startsWith(';') ? output.trim() : '';
}

async function askResolver(address: string): Promise<number> {
  const { output } = await runProgram(findProgram('dig') ?? 'dig', ['+time=1', '+tries=1', `@${address}`, '.', 'SOA']);
  return output.includes('status: NOERROR') ? 0 : 1;
}

function knotConfiguration(
  folder: string,
  port: number,
  names: readonly string[],
  unsigned: readonly string[],
): string {
  const zone = (name: string, file: string, isSigned: boolean) =>
    [
      `  - domain: ${name}`,
      `    file: ${join(folder, file)}`,
      '    zonefile-sync: -1',
      '    journal-content: none',
      ...(isSigned ? ['    dnssec-signing: on', '    dnssec-policy: t'] : []),
    ].join('\n');
  return [
    'server:',
    `    listen: 127.0.0.1@${port}`,
    `    rundir: ${join(folder, 'run')}`,
    '    user: root:root',
    'database:',
    `    storage: ${join(folder, 'db')}`,
    'policy:',
    '  - id: t',
    '    algorithm: ecdsap256sha256',
    '    single-type-signing: on',
    '    ksk-lifetime: 0',
    'zone:',
    ...names.map((name) => zone(name, `${name}.zone`, !unsigned.includes(name))),
    zone('.', 'root.zone', false),
    '',
  ].join('\n');
}

function unboundConfiguration(
  folder: string,
  address: string,
  port: number,
  names: readonly string[],
  anchors: readonly string[],
): string {
  const stub = (name: string) => `stub-zone:\n  name: "${name}"\n  stub-addr: 127.0.0.1@${port}\n  stub-prime: no\n`;
  return [
    'server:',
    `  directory: "${folder}"`,
    '  chroot: ""',
    '  username: ""',
    '  pidfile: ""',
    `  interface: ${address}`,
    '  port: 53',
    '  do-ip6: no',
    '  do-daemonize: no',
    '  use-syslog: no',
    '  access-control: 127.0.0.0/8 allow',
    '  do-not-query-localhost: no',
    '  module-config: "validator iterator"',
    '  root-hints: ""',
    '  qname-minimisation: no',
    '  num-threads: 1',
    ...names.map((name) => `  local-zone: "${name}." nodefault`),
    ...anchors.map((anchor) => `  trust-anchor: "${anchor}"`),
    ...[...names, '.'].map(stub),
    'remote-control:',
    '  control-enable: no',
    '',
  ].join('\n');
}
