// `npm run bench -- imap`: a big mailbox, and what clients do with it. Each peer is filled once; then, round after round,
// each in turn is started without its caches, started with them, and measured while it runs; medians are compared.

import { join } from 'node:path';
import type { ImapOrder, ImapReport } from './imap-load.ts';
import type { Outcome } from './imap-measure.ts';
import type { IdleMemory } from './imap-memory.ts';
import type { ImapPeer } from './peer.ts';
import { runLoad } from './program.ts';

const LOAD = join(import.meta.dirname, 'imap-load.ts');

export interface ImapBenchOptions {
  readonly rounds: number;
  readonly messages: number;
  readonly idleConnections: number;
  readonly report: (line: string) => void;
}

export interface ImapResults {
  /** By the peer's name, then by what was measured: one of each round. */
  readonly outcomes: Map<string, Map<string, Outcome[]>>;
  readonly memory: Map<string, IdleMemory>;
  readonly failures: string[];
}

type Start = () => Promise<ImapPeer>;
type Task =
  | { readonly task: 'fill' | 'warm'; readonly messages: number }
  | { readonly task: 'cold'; readonly circumstances: string }
  | { readonly task: 'memory'; readonly connections: number };

/** Every start of a peer finds the files of the one before. */
export async function benchImap(starts: readonly Start[], options: ImapBenchOptions): Promise<ImapResults> {
  const { messages, idleConnections } = options;
  const results: ImapResults = { outcomes: new Map(), memory: new Map(), failures: [] };
  const run = (start: Start, ...tasks: Task[]) => runTasks(start, tasks, results, options.report);
  const contenders: { start: Start; peer: ImapPeer }[] = [];
  for (const start of starts) {
    const started = performance.now();
    const peer = await run(start, { task: 'fill', messages });
    contenders.push({ start, peer });
    options.report(`${peer.name}: filled in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  }
  for (let round = 1; round <= options.rounds; round++) {
    options.report(`round ${round}`);
    for (const { start, peer } of contenders) {
      peer.forgetCaches();
      await run(start, { task: 'cold', circumstances: 'after a restart without caches' });
      await run(start, { task: 'cold', circumstances: 'after a restart' }, { task: 'warm', messages });
    }
  }
  for (const start of starts) await run(start, { task: 'memory', connections: idleConnections });
  return results;
}

/** Starts the peer, gives it the tasks one after the other, and stops it. */
async function runTasks(
  start: Start,
  tasks: readonly Task[],
  results: ImapResults,
  report: ImapBenchOptions['report'],
): Promise<ImapPeer> {
  const peer = await start();
  try {
    for (const task of tasks) {
      const order: ImapOrder = { door: peer.imaps, rootPids: peer.rootPids, ...task };
      const { outcomes, memory, failures } = await runLoad<ImapReport>(LOAD, order);
      for (const outcome of outcomes) {
        keep(results, peer.name, outcome);
        report(`${peer.name}: ${formatOutcome(outcome)}`);
      }
      if (memory !== undefined) results.memory.set(peer.name, memory);
      for (const failure of failures) {
        results.failures.push(`${peer.name}: ${failure}`);
        report(`${peer.name}: FAILED: ${failure}`);
      }
    }
  } finally {
    await peer.stop();
  }
  return peer;
}

function keep({ outcomes }: ImapResults, peer: string, outcome: Outcome): void {
  const byName = outcomes.get(peer) ?? new Map<string, Outcome[]>();
  outcomes.set(peer, byName.set(outcome.name, [...(byName.get(outcome.name) ?? []), outcome]));
}

function formatOutcome({ name, seconds, cpuSeconds, othersWaitMs, answer }: Outcome): string {
  const spent = `${(seconds * 1_000).toFixed(2)} ms, CPU ${(cpuSeconds * 1_000).toFixed(2)} ms`;
  return `${name}: ${spent}, others waited ${othersWaitMs.toFixed(0)} ms${answer === '' ? '' : `, ${answer}`}`;
}
