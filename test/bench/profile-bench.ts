// `npm run bench -- profile`: what the server's CPU is spent on while it takes in mail. V8 samples every thread of the worker
// from start to stop; a sample counts for the nearest function of ours that was at work, and with it for a share.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startMeter } from './meter.ts';
import { pause, runLoad } from './program.ts';
import type { Table } from './table.ts';
import type { ValijaPeer } from './valija-peer.ts';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** As V8 writes it: a tree of calls, and samples that name nodes of it. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const LOAD = join(import.meta.dirname, 'smtp-load.ts');
const SOURCE = new URL('../../src/', import.meta.url).href;

/** By the beginning of a file's name; the first that fits. */
const SHARES: readonly (readonly [share: string, ...beginnings: string[]])[] = [
  ['waiting for the disk', 'platform/journal/sync-now.ts', 'platform/journal/sync-thread.ts'],
  ['journal', 'platform/journal/', 'platform/maildir/commits.ts', 'platform/maildir/packed-commits.ts'],
  ['journal', 'platform/maildir/threaded-backend.ts', 'platform/maildir/store-thread.ts'],
  ['journal', 'platform/maildir/maildir-store.ts', 'platform/maildir/message-bodies.ts'],
  ['filing', 'platform/maildir/', 'platform/message-index/', 'platform/files/', 'protocols/message/', 'mail/filing/'],
  ['explaining: journeys, log, counts', 'platform/journeys/', 'mail/journey/', 'platform/log/', 'platform/machine/'],
  ['explaining: journeys, log, counts', 'processes/worker/message-counts.ts'],
  ['sockets', 'platform/sockets/'],
  ['protocol', 'protocols/', 'services/'],
  ['decision', 'mail/', 'platform/', 'base/', 'processes/'],
];
const NOT_CPU: ReadonlySet<string> = new Set(['(idle)', '(program)', '(root)']);

/** For the server's processes: their profiles go to `folder`. */
export function profiling(folder: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` };
}

/** Stops the server: only then its profiles are there. */
export async function benchProfile(valija: ValijaPeer, folder: string, messages: number): Promise<Table[]> {
  const { smtpPort: port, workerPid } = valija;
  const spent = startMeter(valija.rootPids, valija.folder);
  await runLoad(LOAD, { port, domain: 'bench.test', connections: 50, reuse: true, sizeBytes: 4_096, messages });
  while ((await valija.countDelivered()) < messages) await pause(200);
  const { serverCpuSeconds } = spent();
  await valija.stop();
  return [sharesTable(readShares(folder, workerPid), (serverCpuSeconds * 1e6) / messages)];
}

function readShares(folder: string, pid: number): Map<string, number> {
  const shares = new Map<string, number>();
  const files = readdirSync(folder).filter((file) => file.includes(`.${pid}.`));
  if (files.length === 0) throw new Error(`no profile of process ${pid} in ${folder}`);
  for (const file of files) addShares(shares, JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile);
  return shares;
}

function addShares(shares: Map<string, number>, { nodes, samples, timeDeltas }: CpuProfile): void {
  const shareOf = new Map<number, string | undefined>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  // From the root down: who is not ours works for the caller.
  const walk = (id: number, caller: string): void => {
    const node = byId.get(id);
    if (node === undefined) return;
    const share = shareOfFrame(node.callFrame, caller);
    shareOf.set(id, NOT_CPU.has(node.callFrame.functionName) ? undefined : share);
    for (const child of node.children ?? []) walk(child, share);
  };
  const [root] = nodes;
  if (root !== undefined) walk(root.id, 'Node itself');
  for (const [at, id] of samples.entries()) {
    const share = shareOf.get(id);
    if (share !== undefined) shares.set(share, (shares.get(share) ?? 0) + (timeDeltas[at] ?? 0));
  }
}

function shareOfFrame({ functionName, url }: ProfileNode['callFrame'], caller: string): string {
  if (functionName === '(garbage collector)') return 'garbage collector, on these threads';
  if (url.startsWith('node:internal/modules') || functionName === 'compileSourceTextModule') return 'start';
  if (!url.startsWith(SOURCE)) return caller;
  const file = url.slice(SOURCE.length);
  const found = SHARES.find(([, ...beginnings]) => beginnings.some((beginning) => file.startsWith(beginning)));
  return found?.[0] ?? caller;
}

function sharesTable(shares: ReadonlyMap<string, number>, cpuMicroseconds: number): Table {
  const counted = [...shares].filter(([share]) => share !== 'start' && share !== 'waiting for the disk');
  const total = counted.reduce((sum, [, time]) => sum + time, 0);
  const rows = counted
    .sort(([, a], [, b]) => b - a)
    .map(([share, time]) => [
      share,
      `${((100 * time) / total).toFixed(0)} %`,
      ((cpuMicroseconds * time) / total).toFixed(0),
    ]);
  return { title: '4 KB, 50 connections, reused', columns: ['share', 'of the time', 'CPU µs a message'], rows };
}
