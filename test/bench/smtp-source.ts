// Postfix's own load generator: what it sends, and how fast, is known to everybody who measures mail servers.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { LoadOrder, LoadReport } from './smtp-load.ts';

/** Of /proc/PID/stat, behind the program's name: what ended children have used, in ticks of 10 ms. */
const CUTIME = 13;
const TICKS_PER_SECOND = 100;

/** Its transactions are not timed: their quantiles are no numbers. Connections are always reused. */
export async function runSmtpSource(order: LoadOrder): Promise<LoadReport> {
  const { port, connections, messages, sizeBytes, domain } = order;
  const load = ['-d', '-s', String(connections), '-m', String(messages), '-l', String(sizeBytes)];
  const envelope = ['-f', 'a@sender.test', '-t', `u00@${domain}`];
  const startedAtMs = Date.now();
  const cpuBefore = childrensCpuSeconds();
  const child = spawn('/usr/sbin/smtp-source', [...load, ...envelope, `127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`smtp-source ended with ${code}`);
  const seconds = (Date.now() - startedAtMs) / 1_000;
  const cpuSeconds = childrensCpuSeconds() - cpuBefore;
  return { startedAtMs, seconds, cpuSeconds, p50Ms: Number.NaN, p99Ms: Number.NaN };
}

function childrensCpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[CUTIME]) + Number(fields[CUTIME + 1])) / TICKS_PER_SECOND;
}
