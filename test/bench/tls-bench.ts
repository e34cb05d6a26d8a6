// `npm run bench -- tls`: what a connection costs the server that resumes a session, against one with a whole handshake. Beside
// it OpenSSL's own server, which does nothing but TLS: what it pays no server in front of OpenSSL can save.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { freePort } from '../world/free-port.ts';
import { until } from '../world/until.ts';
import { cpuSecondsOf } from './accounting.ts';
import type { Cast } from './cast.ts';
import { median } from './median.ts';
import type { Peer } from './peer.ts';
import { runProgram } from './program.ts';
import type { Table } from './table.ts';
import { startValija } from './valija-peer.ts';

const KEYS: readonly (readonly [title: string, ...options: string[]])[] = [
  ['RSA 2048', 'rsa:2048'],
  ['ECDSA P-256', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
];
const VERSIONS: readonly SecureVersion[] = ['TLSv1.3', 'TLSv1.2'];
/** Until V8 has compiled what is hot. */
const WARM_UP = 1_000;

/** A server that is visited: it is sent a farewell when it is ready, answers it, and hangs up. */
interface Visited {
  readonly port: number;
  readonly rootPids: readonly number[];
  readonly farewell: string;
  /** It speaks first. */
  readonly greets: boolean;
  stop(): Promise<void>;
}

export interface TlsBenchOptions {
  readonly cast: Cast;
  readonly folder: string;
  readonly rounds: number;
  /** Of each kind and round. */
  readonly visits: number;
  readonly report: (text: string) => void;
}

export async function benchTls(options: TlsBenchOptions): Promise<Table[]> {
  const rows: string[][] = [];
  for (const [title, ...keyOptions] of KEYS) {
    const file = makePair(options.folder, title, keyOptions);
    const servers = [await openValija(options, title, file), await openOpenSsl(options, file)];
    try {
      for (const version of VERSIONS) {
        const cells = await measure(servers, version, options);
        options.report(`${title} ${version}: ${cells.join(' ')}`);
        rows.push([`${version}, ${title}`, ...cells]);
      }
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  }
  const columns = ['', ...['Valija', 's_server'].flatMap((name) => [`${name}, whole`, 'resumed', 'share'])];
  return [{ title: "A connection's CPU, ms", columns, rows }];
}

/** In turn, round after round: the machine is not equally fast all the time. */
async function measure(
  servers: readonly Visited[],
  version: SecureVersion,
  { rounds, visits }: TlsBenchOptions,
): Promise<string[]> {
  const samples = servers.map((server) => ({ server, whole: [] as number[], resumed: [] as number[] }));
  for (const { server } of samples) {
    for (const resumes of [false, true]) await visitOften(server, version, WARM_UP, resumes);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { server, whole, resumed } of samples) {
      whole.push(await visitOften(server, version, visits, false));
      resumed.push(await visitOften(server, version, visits, true));
    }
  }
  return samples.flatMap(({ whole, resumed }) => {
    const share = (100 * median(resumed)) / median(whole);
    return [median(whole).toFixed(2), median(resumed).toFixed(2), `${share.toFixed(0)} %`];
  });
}

async function visitOften(server: Visited, version: SecureVersion, count: number, resumes: boolean): Promise<number> {
  let ticket = resumes ? (await visit(server, version)).ticket : undefined;
  const before = cpuSecondsOf(server.rootPids);
  for (let left = count; left > 0; left--) {
    const seen = await visit(server, version, ticket);
    if (seen.isResumed !== resumes) throw new Error(`${version}: a session was ${resumes ? 'not ' : ''}resumed`);
    if (resumes) ticket = seen.ticket ?? ticket;
  }
  return ((cpuSecondsOf(server.rootPids) - before) * 1_000) / count;
}

async function visit({ port, farewell, greets }: Visited, version: SecureVersion, session?: Buffer) {
  const client = connect({
    ...{ port, host: '127.0.0.1', rejectUnauthorized: false, minVersion: version, maxVersion: version },
    ...(session && { session }),
  });
  let ticket: Buffer | undefined;
  client.on('session', (octets) => {
    ticket = octets;
  });
  client.once(greets ? 'data' : 'secureConnect', () => client.end(farewell));
  client.resume();
  await once(client, 'secureConnect');
  const isResumed = client.isSessionReused();
  if (!client.closed) await once(client, 'close');
  return { isResumed, ticket };
}

/** Certificate and key in one file. */
function makePair(folder: string, title: string, keyOptions: readonly string[]): string {
  const file = join(folder, `${title.replaceAll(' ', '-')}.pem`);
  const places = ['-nodes', '-keyout', file, '-out', `${file}.crt`, '-days', '30', '-subj', '/CN=mail.valija.test'];
  runProgram('openssl', 'req', '-x509', '-newkey', ...keyOptions, ...places);
  runProgram('sh', '-c', 'cat "$1.crt" >> "$1"', 'sh', file);
  return file;
}

/** Its IMAPS door: a greeting, LOGOUT, and the log of both. */
async function openValija({ cast, folder }: TlsBenchOptions, title: string, file: string): Promise<Visited> {
  const settings = `smtpd_tls_cert_file = "${file}"\nsmtpd_tls_key_file = "${file}"\n`;
  const { rootPids, imaps, stop } = await cast.enter(startValija(join(folder, `valija ${title}`), settings));
  return { port: imaps.port, rootPids, farewell: 'a LOGOUT\r\n', greets: true, stop };
}

/** A page of what was negotiated for each visitor. */
async function openOpenSsl({ cast, folder }: TlsBenchOptions, file: string): Promise<Visited> {
  const port = await freePort();
  const args = ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', file, '-key', file, '-www', '-quiet'];
  const server = spawn('openssl', args, { stdio: ['pipe', 'ignore', 'ignore'] });
  const rootPids = [server.pid ?? 0];
  const visited = { port, rootPids, farewell: 'GET / HTTP/1.0\r\n\r\n', greets: false, stop: () => end(server) };
  const answers = () =>
    visit(visited, 'TLSv1.3').then(
      () => true,
      () => false,
    );
  const peer: Peer = {
    ...{ name: 'OpenSSL', version: runProgram('openssl', 'version').split(' ')[1] ?? '', rootPids, folder },
    describeSettings: () => `openssl ${args.join(' ')}`,
    stop: visited.stop,
  };
  const { stop } = await cast.enter(until("OpenSSL's server", answers).then(() => peer));
  return { ...visited, stop };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
