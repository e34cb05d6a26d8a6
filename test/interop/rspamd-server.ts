// Debian's rspamd as a judge of mail: its own SPF, DKIM and DMARC, with the DNS of a test, over its HTTP protocol. Nothing of it
// is asked but what authenticates a sender; no Redis, no network.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../world/free-port.ts';
import { until } from '../world/until.ts';
import { answersAt } from './other-mta.ts';

/** Who brings a message, and for whom. */
export interface Bringer {
  readonly clientAddress: string;
  readonly helo: string;
  readonly sender: string;
  readonly recipient: string;
}

export interface Rspamd extends AsyncDisposable {
  /** Names of its symbols (`R_DKIM_ALLOW`), each with what it says besides. */
  judge(message: Buffer, bringer: Bringer): Promise<ReadonlyMap<string, readonly string[]>>;
}

const USER = '_rspamd';
/** Ten times what it needs on a machine under load. */
const DEADLINE_MS = 120_000;

export async function startRspamd(program: string, nameServerPort: number): Promise<Rspamd> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-rspamd-'));
  const port = await freePort();
  for (const name of ['db', 'run', 'log', 'local.d', 'override.d']) mkdirSync(join(folder, name));
  const config = join(folder, 'rspamd.conf');
  writeFileSync(config, configuration(folder, port, nameServerPort));
  chmodSync(folder, 0o755);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) spawnSync('chown', ['-R', USER, folder]);
  const places = [`--var=DBDIR=${folder}/db`, `--var=RUNDIR=${folder}/run`, `--var=LOGDIR=${folder}/log`];
  const owner = isRoot ? ['-u', USER, '-g', USER] : [];
  const child = spawn(program, ['-f', ...owner, '-c', config, ...places], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await until('a running rspamd', async () => child.exitCode !== null || (await answersAt(port)), DEADLINE_MS);
  if (child.exitCode !== null) throw new Error(readFileSync(join(folder, 'log/rspamd.log'), 'utf8').slice(-4_000));
  return {
    judge: (message, bringer) => ask(port, message, bringer),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

interface Answer {
  readonly symbols: Readonly<Record<string, { readonly options?: readonly string[] }>>;
}

async function ask(
  port: number,
  message: Buffer,
  { clientAddress, helo, sender, recipient }: Bringer,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const headers = { IP: clientAddress, Helo: helo, From: sender, Rcpt: recipient };
  const response = await fetch(`http://127.0.0.1:${port}/checkv2`, {
    method: 'POST',
    headers,
    body: new Uint8Array(message),
  });
  const { symbols } = (await response.json()) as Answer;
  return new Map(Object.entries(symbols).map(([name, { options = [] }]) => [name, options]));
}

function configuration(folder: string, port: number, nameServerPort: number): string {
  return `.include "/etc/rspamd/common.conf"
options {
  pidfile = "${folder}/run/rspamd.pid";
  filters = "dkim,spf";
  cache_file = "${folder}/db/symbols.cache";
  max_cores_size = 0;
  disable_hyperscan = true;
  local_addrs = [];
  dns { nameserver = ["127.0.0.1:${nameServerPort}"]; timeout = 1s; retransmits = 2; }
}
logging { type = "file"; filename = "${folder}/log/rspamd.log"; level = "warning"; }
worker "normal" { bind_socket = "127.0.0.1:${port}"; count = 1; mime = true; }
`;
}
