// Debian's unbound as the resolver of a test: it asks knot for the zones that are named, believes the keys that it is given, and
// knows of no other Internet.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../world/free-port.ts';
import { until } from '../world/until.ts';
import type { Knot } from './knot-server.ts';
import { runProgram } from './real-program.ts';

export interface UnboundSettings {
  readonly authority: Pick<Knot, 'address' | 'port'>;
  readonly zones: readonly string[];
  /** DNSKEY records, a line each. */
  readonly anchors?: readonly string[];
  /** How long it remembers, at most. */
  readonly longestTtlSeconds?: number;
}

export interface Unbound extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
}

const DEADLINE_MS = 120_000;

export async function startUnbound(settings: UnboundSettings): Promise<Unbound> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-unbound-'));
  const port = await freePort();
  const anchors = (settings.anchors ?? []).map((text, at) => {
    writeFileSync(join(folder, `${at}.anchor`), `${text}\n`);
    return join(folder, `${at}.anchor`);
  });
  writeFileSync(join(folder, 'unbound.conf'), configuration(folder, port, settings, anchors));
  const child = spawn('/usr/sbin/unbound', ['-d', '-c', join(folder, 'unbound.conf')], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const answers = async () => {
    const args = ['+timeout=2', '@127.0.0.1', '-p', String(port), settings.zones[0] ?? '.', 'SOA'];
    return (await runProgram('/usr/bin/kdig', args)).output.includes('status:');
  };
  await until('a running unbound', async () => child.exitCode !== null || (await answers()), DEADLINE_MS);
  if (child.exitCode !== null) throw new Error(readFileSync(join(folder, 'unbound.log'), 'utf8').slice(-4_000));
  return {
    address: '127.0.0.1',
    port,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function configuration(
  folder: string,
  port: number,
  { authority, zones, longestTtlSeconds = 0 }: UnboundSettings,
  anchors: readonly string[],
): string {
  const named = [...zones, 'test', 'example.org', '127.in-addr.arpa', '2.0.192.in-addr.arpa'];
  const stubs = [...new Set(zones)].map(
    (zone) => `stub-zone:\n  name: "${zone}."\n  stub-addr: ${authority.address}@${authority.port}\n  stub-prime: no\n`,
  );
  return `server:
  directory: "${folder}"
  chroot: ""
  username: ""
  pidfile: "${folder}/unbound.pid"
  interface: 127.0.0.1
  port: ${port}
  do-ip6: no
  do-daemonize: no
  use-syslog: no
  logfile: "${folder}/unbound.log"
  do-not-query-localhost: no
  module-config: "validator iterator"
  root-hints: ""
  qname-minimisation: no
  num-threads: 1
  cache-max-ttl: ${longestTtlSeconds}
  cache-max-negative-ttl: ${longestTtlSeconds}
${anchors.map((file) => `  trust-anchor-file: "${file}"\n`).join('')}${[...new Set(named)].map((name) => `  local-zone: "${name}." nodefault\n`).join('')}${stubs.join('')}remote-control:
  control-enable: no
`;
}
