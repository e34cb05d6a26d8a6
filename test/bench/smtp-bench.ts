// `npm run bench -- smtp`: how many messages a second each server takes and delivers durably, what a message costs, how
// long a transaction lasts. The peers run in turn, round after round; medians are compared.

import { join } from 'node:path';
import { costOf } from './accounting.ts';
import type { Peer } from './peer.ts';
import { median, pause, runLoad } from './program.ts';
import type { LoadOrder, LoadReport } from './smtp-load.ts';
import type { Table } from './table.ts';

const LOAD = join(import.meta.dirname, 'smtp-load.ts');
const DELIVERY_DEADLINE_MS = 180_000;

interface Shape {
  readonly title: string;
  readonly order: Omit<LoadOrder, 'port' | 'domain'>;
}

const SHAPES: readonly Shape[] = [
  { title: '4 KB, 50 connections, reused', order: { connections: 50, messages: 5_000, sizeBytes: 4_096, reuse: true } },
  {
    title: '4 KB, 50 connections, one per message',
    order: { connections: 50, messages: 3_000, sizeBytes: 4_096, reuse: false },
  },
  { title: '4 KB, 1 connection, reused', order: { connections: 1, messages: 1_000, sizeBytes: 4_096, reuse: true } },
  {
    title: '50 KB, 50 connections, reused',
    order: { connections: 50, messages: 2_000, sizeBytes: 51_200, reuse: true },
  },
  {
    title: '1 MB, 10 connections, reused',
    order: { connections: 10, messages: 200, sizeBytes: 1_048_576, reuse: true },
  },
];

interface Sample {
  readonly accepted: number;
  readonly delivered: number;
  readonly cpuMs: number;
  readonly p99Ms: number;
  readonly generatorCpuMs: number;
}

export interface SmtpBenchOptions {
  readonly rounds: number;
  /** Divides the number of messages: for a quick look. */
  readonly divisor: number;
  readonly report: (line: string) => void;
}

/** `open` starts one peer at a time, so that the idle ones cost nothing. */
export async function benchSmtp(open: readonly (() => Promise<Peer>)[], options: SmtpBenchOptions): Promise<Table[]> {
  const samples = new Map<string, Map<string, Sample[]>>();
  for (let round = 1; round <= options.rounds; round++) {
    for (const openPeer of open) {
      const peer = await openPeer();
      try {
        for (const shape of SHAPES) {
          const sample = await measure(peer, shape, options.divisor);
          const byPeer = samples.get(shape.title) ?? new Map<string, Sample[]>();
          samples.set(shape.title, byPeer.set(peer.name, [...(byPeer.get(peer.name) ?? []), sample]));
          options.report(
            `round ${round}: ${peer.name}: ${shape.title}: ${sample.accepted.toFixed(0)}/s accepted, ${sample.delivered.toFixed(0)}/s delivered`,
          );
        }
      } finally {
        await peer.stop();
      }
    }
  }
  return [...samples].map(([title, byPeer]) => tableOf(title, byPeer));
}

async function measure(peer: Peer, { order }: Shape, divisor: number): Promise<Sample> {
  const messages = Math.max(20, Math.ceil(order.messages / divisor));
  const deliveredBefore = await peer.countDelivered();
  const costBefore = costOf(peer.rootPids);
  const started = performance.now();
  const report = await runLoad<LoadReport>(LOAD, { ...order, messages, port: peer.smtpPort, domain: 'bench.test' });
  const deadline = started + DELIVERY_DEADLINE_MS;
  while ((await peer.countDelivered()) - deliveredBefore < messages) {
    if (performance.now() > deadline) throw new Error(`${peer.name} did not deliver all of ${messages} messages`);
    await pause(50);
  }
  const deliveredSeconds = Math.max(report.seconds, (performance.now() - started) / 1000);
  await pause(300);
  const cpuSeconds = costOf(peer.rootPids).cpuSeconds - costBefore.cpuSeconds;
  return {
    accepted: messages / report.seconds,
    delivered: messages / deliveredSeconds,
    cpuMs: (cpuSeconds / messages) * 1000,
    p99Ms: report.p99Ms,
    generatorCpuMs: (report.cpuSeconds / messages) * 1000,
  };
}

function tableOf(title: string, byPeer: ReadonlyMap<string, readonly Sample[]>): Table {
  const medians = [...byPeer].map(([name, samples]) => {
    const of = (field: keyof Sample) => median(samples.map((sample) => sample[field]));
    return {
      name,
      accepted: of('accepted'),
      delivered: of('delivered'),
      cpu: of('cpuMs'),
      p99: of('p99Ms'),
      generator: of('generatorCpuMs'),
    };
  });
  const base = medians.find(({ name }) => name === 'Postfix');
  const times = (value: number, of: number | undefined) => (of === undefined ? '–' : `${(value / of).toFixed(2)} ×`);
  return {
    title,
    columns: [
      'server',
      'accepted/s',
      'against Postfix',
      'delivered/s',
      'against Postfix',
      'CPU s per 1,000',
      'against Postfix',
      'p99 ms',
      'generator CPU s per 1,000',
    ],
    rows: medians.map((m) => [
      m.name,
      m.accepted.toFixed(0),
      times(m.accepted, base?.accepted),
      m.delivered.toFixed(0),
      times(m.delivered, base?.delivered),
      m.cpu.toFixed(2),
      times(m.cpu, base?.cpu),
      m.p99.toFixed(1),
      m.generator.toFixed(2),
    ]),
  };
}
