// Debian's pebble: an authority for tests, with a DNS of its own that leads the names of the test to this machine.

import { type ChildProcess, spawn } from 'node:child_process';
import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';
import { freePort } from '../world/free-port.ts';
import { until } from '../world/until.ts';

export interface PebbleSettings {
  /** Those that lead here. */
  readonly names: readonly string[];
  /** Where it asks names by HTTP and by TLS. */
  readonly httpPort: number;
  readonly tlsPort: number;
  /** Of a hundred good nonces, so many are refused. */
  readonly refusedNonces?: number;
  /** Instead of the DNS of its own: `127.0.0.1:5353`. */
  readonly dnsServer?: string;
  /** Seconds that its certificates are good for. */
  readonly lifetimeSeconds?: number;
}

export interface Pebble extends AsyncDisposable {
  readonly directory: string;
  /** PEM file: whom to trust for the connection to it. */
  readonly authoritiesFile: string;
  /** `127.0.0.1:5353` */
  readonly dns: string;
  /** The PEM certificate of the root that it issues under. */
  root(): Promise<string>;
  readDirectory(): Promise<unknown>;
  /** `Valid`, `Revoked`: of a certificate that it issued. */
  statusOf(certificate: X509Certificate): Promise<string | undefined>;
  /** Where a name leads from now on. */
  lead(name: string, addresses: readonly string[]): Promise<void>;
  /** It stops answering, and answers again. */
  pause(): void;
  resume(): void;
}

export async function startPebble(settings: PebbleSettings): Promise<Pebble> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-pebble-'));
  const [port, managementPort, dnsPort, dnsManagementPort] = await Promise.all([1, 2, 3, 4].map(() => freePort()));
  const nowMs = Date.now();
  const own = await makeSelfSigned('localhost', nowMs - 3_600_000, nowMs + 86_400_000);
  const file = (name: string) => join(folder, name);
  writeFileSync(file('cert.pem'), own.certificate);
  writeFileSync(file('key.pem'), own.secretKey);
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    certificate: file('cert.pem'),
    privateKey: file('key.pem'),
    httpPort: settings.httpPort,
    tlsPort: settings.tlsPort,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
    ...(settings.lifetimeSeconds === undefined ? {} : { certificateValidityPeriod: settings.lifetimeSeconds }),
  };
  writeFileSync(file('pebble.json'), JSON.stringify({ pebble }));
  const dns = `127.0.0.1:${dnsPort}`;
  const places = ['-defaultIPv4', '', '-defaultIPv6', '', '-dns01', dns];
  const none = ['-http01', '', '-https01', '', '-tlsalpn01', ''];
  const log = openSync(file('log'), 'w');
  const start = (program: string, args: readonly string[]) =>
    spawn(program, args, {
      stdio: ['ignore', log, log],
      env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: String(settings.refusedNonces ?? 0) },
    });
  const children = [
    start('/usr/bin/pebble-challtestsrv', [...places, ...none, '-management', `127.0.0.1:${dnsManagementPort}`]),
    start('/usr/bin/pebble', ['-config', file('pebble.json'), '-dnsserver', settings.dnsServer ?? dns]),
  ];
  const [, authority] = children;
  const isUp = async () =>
    (await askSecurely(`https://127.0.0.1:${port}/dir`)) !== undefined &&
    (await manage(dnsManagementPort, 'clear-a', { host: 'none.test' }));
  await until('a running pebble', isUp).catch((error) => {
    throw new Error(`${error}: ${readFileSync(file('log'), 'utf8').slice(-2_000)}`);
  });
  const lead = async (name: string, addresses: readonly string[]) => {
    const done = await manage(dnsManagementPort, 'add-a', { host: name, addresses });
    if (!done) throw new Error(`${name} cannot be led to ${addresses}`);
  };
  for (const name of settings.names) await lead(name, ['127.0.0.1']);
  return {
    directory: `https://127.0.0.1:${port}/dir`,
    authoritiesFile: file('cert.pem'),
    dns,
    root: async () => (await askSecurely(`https://127.0.0.1:${managementPort}/roots/0`)) ?? '',
    readDirectory: async () => JSON.parse((await askSecurely(`https://127.0.0.1:${port}/dir`)) ?? '{}'),
    statusOf: async ({ serialNumber }) => {
      const number = serialNumber.toLowerCase().replace(/^0+/, '');
      const answer = await askSecurely(`https://127.0.0.1:${managementPort}/cert-status-by-serial/${number}`);
      return answer === undefined ? undefined : (JSON.parse(answer) as { readonly Status?: string }).Status;
    },
    lead,
    pause: () => authority?.kill('SIGSTOP'),
    resume: () => authority?.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map(end));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** The body, or nothing where nobody answers. Whom it is from the test knows. */
function askSecurely(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request(url, { rejectUnauthorized: false, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => resolve(Buffer.concat(pieces).toString()));
    });
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}

async function manage(port: number | undefined, what: string, body: object): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/${what}`, { method: 'POST', body: JSON.stringify(body) });
    return response.ok;
  } catch {
    return false;
  }
}
