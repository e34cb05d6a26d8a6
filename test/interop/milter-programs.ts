// Real milters as programs of our tests, each in a folder and on a port of its own.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatKeyRecord, keyRecordName } from '#protocols/dkim/key-record.ts';
import { testKey } from '../world/dkim.ts';
import { freePort } from '../world/free-port.ts';
import { until } from '../world/until.ts';
import { answersAt } from './other-mta.ts';

export interface RunningMilter extends AsyncDisposable {
  /** As settings name it. */
  readonly name: string;
  readonly folder: string;
}

const DEADLINE_MS = 120_000;

interface MilterOptions {
  /** What it says of itself when it ends at once. */
  readonly complaints?: () => string;
  readonly needs?: readonly AsyncDisposable[];
}

/** `place`: its port on loopback, or the path of its socket. What else it needs goes with it. */
export async function startMilter(
  folder: string,
  place: number | string,
  command: readonly string[],
  { complaints = () => '', needs = [] }: MilterOptions = {},
): Promise<RunningMilter> {
  const [program = '', ...args] = command;
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (octets: Buffer) => {
    said += octets.toString();
  });
  const ended = once(child, 'exit');
  const isThere = () => (typeof place === 'number' ? answersAt(place) : existsSync(place));
  await until(program, async () => child.exitCode !== null || (await isThere()), DEADLINE_MS);
  if (child.exitCode !== null) throw new Error(`${program}: ${said}${complaints()}`);
  return {
    name: typeof place === 'number' ? `inet:127.0.0.1:${place}` : `unix:${place}`,
    folder,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const giveUp = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(giveUp);
      for (const need of needs) await need[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

export function newFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `valija-${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}

/** What it does at which step; see milter_of_all_trades.py. */
export type TradesScript = Readonly<
  Record<
    string,
    {
      readonly do?: readonly (readonly (string | number)[])[];
      readonly return?: string;
      readonly say?: readonly string[];
      /** It writes down what these are. */
      readonly macros?: readonly string[];
    }
  >
>;

export interface AllTrades extends RunningMilter {
  /** For the clients that come from now on. */
  follow(script: TradesScript): void;
  /** What it was told, step by step; forgotten then. */
  takeTold(): unknown[][];
}

/** Debian's own Python, which has the milter package. */
export const DEBIAN_PYTHON = '/usr/bin/python3';

export function hasPythonMilter(): boolean {
  return spawnSync(DEBIAN_PYTHON, ['-c', 'import Milter']).status === 0;
}

export async function startAllTrades(): Promise<AllTrades> {
  const folder = newFolder('all-trades');
  const port = await freePort();
  const [scriptFile, told] = [join(folder, 'script.json'), join(folder, 'told')];
  writeFileSync(scriptFile, '{}');
  const program = join(import.meta.dirname, 'milter_of_all_trades.py');
  const running = await startMilter(folder, port, [
    ...[DEBIAN_PYTHON, program, `inet:${port}@127.0.0.1`],
    ...[scriptFile, told],
  ]);
  return {
    ...running,
    follow: (script) => writeFileSync(scriptFile, JSON.stringify(script)),
    takeTold() {
      const lines = existsSync(told) ? readFileSync(told, 'utf8').trimEnd().split('\n') : [];
      rmSync(told, { force: true });
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown[]);
    },
  };
}

export interface OpenDkim extends RunningMilter {
  readonly key: ReturnType<typeof testKey>;
}

/** Signs mail from `signs`, verifies the rest by the key that it signs with. */
export async function startOpenDkim(
  program: string,
  options: { readonly mode: 's' | 'v'; readonly internalHosts: string; readonly key?: OpenDkim['key'] },
): Promise<OpenDkim> {
  const folder = newFolder('opendkim');
  const port = await freePort();
  const key = options.key ?? testKey('valija.test', 'od', 'rsa-sha256');
  const keyFile = join(folder, 'od.private');
  writeFileSync(keyFile, key.secretKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  writeFileSync(join(folder, 'records'), `${keyRecordName(key)} ${formatKeyRecord(key)}\n`);
  writeFileSync(join(folder, 'internal'), `${options.internalHosts}\n`);
  const lines = [
    `Socket inet:${port}@127.0.0.1`,
    `PidFile ${folder}/pid`,
    `Mode ${options.mode}`,
    ...[`Domain ${key.domain}`, `Selector ${key.selector}`, `KeyFile ${keyFile}`],
    ...['RequireSafeKeys no', 'Canonicalization relaxed/relaxed', 'Syslog no', 'MinimumKeyBits 1024'],
    `InternalHosts file:${folder}/internal`,
    `TestPublicKeys ${folder}/records`,
    'AuthservID mail.valija.test',
    'AlwaysAddARHeader yes',
  ];
  writeFileSync(join(folder, 'opendkim.conf'), `${lines.join('\n')}\n`);
  return { ...(await startMilter(folder, port, [program, '-f', '-x', join(folder, 'opendkim.conf')])), key };
}

/** rspamd as a milter, without Redis, DNS and network: GTUBE it refuses. */
export async function startRspamdMilter(program: string): Promise<RunningMilter> {
  const folder = newFolder('rspamd-milter');
  const port = await freePort();
  const own = await freePort();
  for (const name of ['db', 'run', 'log', 'local.d', 'override.d']) mkdirSync(join(folder, name));
  writeFileSync(
    join(folder, 'rspamd.conf'),
    `.include "/etc/rspamd/common.conf"
options { pidfile = "${folder}/run/pid"; filters = "regexp"; cache_file = "${folder}/db/cache"; max_cores_size = 0;
  disable_hyperscan = true; dns { nameserver = ["127.0.0.1:${own}"]; timeout = 0.1s; retransmits = 1; } }
logging { type = "file"; filename = "${folder}/log/rspamd.log"; level = "warning"; }
worker "rspamd_proxy" { bind_socket = "127.0.0.1:${port}"; milter = yes; count = 1; timeout = 60s;
  upstream "local" { default = yes; self_scan = yes; } }
`,
  );
  const isRoot = process.getuid?.() === 0;
  if (isRoot) spawnSync('chown', ['-R', '_rspamd', folder]);
  const owner = isRoot ? ['-u', '_rspamd', '-g', '_rspamd'] : [];
  const places = [`--var=DBDIR=${folder}/db`, `--var=RUNDIR=${folder}/run`, `--var=LOGDIR=${folder}/log`];
  const complaints = () => readFileSync(join(folder, 'log/rspamd.log'), 'utf8').slice(-2_000);
  return await startMilter(folder, port, [program, '-f', ...owner, '-c', join(folder, 'rspamd.conf'), ...places], {
    complaints,
  });
}
