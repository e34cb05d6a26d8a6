// Programs that ask the name server of /etc/resolv.conf, at port 53, get one of the benchmark's own: it starts itself again in
// a network and with a resolv.conf that nobody else sees. Names there are what the benchmark says, and no others.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from './program.ts';

const INSIDE = 'VALIJA_BENCH_NETWORK';
const NAME_SERVER = join(import.meta.dirname, '../world/name-server-process.ts');
const START_MS = 30_000;

/** $1 the folder, then the address that strangers have, then what to run. */
const SET_UP = `
ip link set lo up
ip addr add "$2/32" dev lo
mount --bind "$1/resolv.conf" /etc/resolv.conf
shift 2
exec "$@"
`;

export function isInOwnNetwork(): boolean {
  return process.env[INSIDE] === 'yes';
}

/** The exit code of this same program, run in there. */
export function runInOwnNetwork(strangersAddress: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'valija-bench-network-'));
  try {
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
    const words = [folder, strangersAddress, process.execPath, ...process.argv.slice(1)];
    const run = spawnSync('unshare', ['--net', '--mount', 'sh', '-ec', SET_UP, 'sh', ...words], {
      env: { ...process.env, [INSIDE]: 'yes' },
      stdio: 'inherit',
    });
    return run.status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `records` are lines of a zone file, with whole names. */
export async function startNameServer(folder: string, records: readonly string[]): Promise<AsyncDisposable> {
  const [file, ready] = [join(folder, 'records'), join(folder, 'name-server-ready')];
  writeFileSync(file, `${records.join('\n')}\n`);
  const child: ChildProcess = spawn(process.execPath, [NAME_SERVER, file, ready], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  for (let waitedMs = 0; !existsSync(ready); waitedMs += 50) {
    if (child.exitCode !== null || waitedMs > START_MS) throw new Error('the name server did not start');
    await pause(50);
  }
  return {
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}
