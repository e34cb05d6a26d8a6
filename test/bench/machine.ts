// The machine under the benchmark: what it is, how busy all of it has been, how often its disk was flushed.

import { readFileSync, statSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { TICKS_PER_SECOND } from './accounting.ts';

/** Fields of /proc/stat's first line: what counts as work; idle, iowait and steal do not. */
const WORKING = ['user', 'nice', 'system', 'irq', 'softirq'];
const COLUMNS = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq'];

export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return `${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`;
}

/** Seconds of work of all processors together, whoever's it was. */
export function busySeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1);
  const ticks = line.trim().split(/ +/).slice(1).map(Number);
  const worked = COLUMNS.reduce((sum, name, i) => (WORKING.includes(name) ? sum + (ticks[i] ?? 0) : sum), 0);
  return worked / TICKS_PER_SECOND;
}

/** Flush requests completed by the disk that holds this path; 0 where the kernel does not tell. */
export function diskFlushes(path: string): number {
  const { dev } = statSync(path);
  const major = (dev >> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >> 12) & 0xfff00);
  for (const line of readFileSync('/proc/diskstats', 'latin1').split('\n')) {
    const fields = line.trim().split(/ +/);
    if (Number(fields[0]) === major && Number(fields[1]) === minor) return Number(fields[18] ?? 0);
  }
  return 0;
}
