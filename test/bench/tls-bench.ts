// `npm run bench -- tls`: what a connection costs the server that resumes a session, against one with a whole handshake. Beside
// it OpenSSL's own server, which does nothing but TLS: what it pays no server in front of OpenSSL can save.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { freePort } from '../world/free-port.ts';
import { until } from '../world/until.ts';
import { cpuSecondsOf } from './accounting.ts';
import { median } from './median.ts';
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
    const servers = [await openValija(options.folder, title, file), await openOpenSsl(file)];
    try {
      for (const version of VERSIONS) {
        const cells: string[] = [];
        for (const server of servers) cells.push(...(await measure(server, version, options)));
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
  server: Visited,
  version: SecureVersion,
  { rounds, visits }: TlsBenchOptions,
): Promise<string[]> {
  const whole: number[] = [];
  const resumed: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const count = round === 0 ? WARM_UP : visits;
    const [one, other] = [
      await visitOften(server, version, count, false),
      await visitOften(server, version, count, true),
    ];
    if (round === 0) continue;
    whole.push(one);
    resumed.push(other);
  }
  const share = median(resumed) / median(whole);
  return [median(whole).toFixed(2), median(resumed).toFixed(2), `${(100 * share).toFixed(0)} %`];
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
async function openValija(folder: string, title: string, file: string): Promise<Visited> {
  const settings = `smtpd_tls_cert_file = "${file}"\nsmtpd_tls_key_file = "${file}"\n`;
  const peer = await startValija(join(folder, `valija ${title}`), settings);
  const { rootPids, imaps, stop } = peer;
  return { port: imaps.port, rootPids, farewell: 'a LOGOUT\r\n', greets: true, stop };
}

/** A page of what was negotiated for each visitor. */
async function openOpenSsl(file: string): Promise<Visited> {
  const port = await freePort();
  const server = spawn(
    'openssl',
    ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', file, '-key', file, '-www', '-quiet'],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  const visited = {
    ...{ port, rootPids: [server.pid ?? 0], farewell: 'GET / HTTP/1.0\r\n\r\n', greets: false },
    stop: () => end(server),
  };
  await until("OpenSSL's server", () =>
    visit(visited, 'TLSv1.3').then(
      () => true,
      () => false,
    ),
  );
  return visited;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
