// `npm run bench -- smtp` and `-- relay`: how many messages a second each server takes and delivers durably, or hands on to
// the next server; what a message costs, how long a transaction lasts. The peers run in turn, round after round. A machine has
// its hours: a server is compared with what the other did in the same round, and the median of these ratios is told.

import { join } from 'node:path';
import { residentBytesOf } from './accounting.ts';
import type { Bar, BarGroup } from './chart.ts';
import { median } from './median.ts';
import { type Spent, startMeter } from './meter.ts';
import type { SmtpPeer } from './peer.ts';
import { pause, runLoad } from './program.ts';
import type { LoadOrder, LoadReport } from './smtp-load.ts';
import { runSmtpSource } from './smtp-source.ts';
import { formatTimes, type Table } from './table.ts';

export const LOAD = join(import.meta.dirname, 'smtp-load.ts');
const DELIVERY_DEADLINE_MS = 180_000;
/** A server is at rest when it uses less than this share of a processor for so long. */
const QUIET_SHARE = 0.03;
const QUIET_MS = 1_200;
const QUIET_LOOKS = 10;
/** Before its memory is measured. */
const REST_MS = 15_000;
export const BASE = 'Postfix';

export type Shape = Omit<LoadOrder, 'port' | 'domain'> & { readonly generator?: 'smtp-source' };

const KB = 1_024;
export const DELIVERY_SHAPES: ReadonlyMap<string, Shape> = new Map([
  ['4 KB, 50 connections, reused', { connections: 50, messages: 10_000, sizeBytes: 4 * KB, reuse: true }],
  ['4 KB, 50 connections, one per message', { connections: 50, messages: 6_000, sizeBytes: 4 * KB, reuse: false }],
  ['4 KB, 1 connection, reused', { connections: 1, messages: 2_000, sizeBytes: 4 * KB, reuse: true }],
  ['50 KB, 50 connections, reused', { connections: 50, messages: 6_000, sizeBytes: 50 * KB, reuse: true }],
  ['1 MB, 10 connections, reused', { connections: 10, messages: 600, sizeBytes: KB * KB, reuse: true }],
]);

export const RELAY_SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  [
    '4 KB, 50 connections, reused, in from `smtp-source`',
    { connections: 50, messages: 5_000, sizeBytes: 4 * KB, reuse: true, generator: 'smtp-source' },
  ],
  ['4 KB, 50 connections, reused', { connections: 50, messages: 5_000, sizeBytes: 4 * KB, reuse: true }],
  ['50 KB, 50 connections, reused', { connections: 50, messages: 2_000, sizeBytes: 50 * KB, reuse: true }],
]);

/**
 * Not measured: compiles hot code, opens mailboxes, starts processes. A server runs for months; V8's compiler
 * is at rest after twenty thousand messages or so, and takes a sixth of the CPU until then.
 */
const WARM_UP: Shape = { connections: 50, messages: 20_000, sizeBytes: 4 * KB, reuse: true };

/** So much of each shape's own load goes before it, not measured: its code is another than that of the shape before. */
const WARM_UP_PART = 2;

interface Sample {
  readonly acceptedPerSecond: number;
  readonly deliveredPerSecond: number;
  readonly cpuSeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly flushes: number;
  readonly generatorCpuSeconds: number;
  readonly othersCores: number;
}

const COLUMNS = [
  'server',
  'accepted/s',
  'delivered/s',
  'CPU s per 1,000',
  'p50 ms',
  'p99 ms',
  'disk flushes a message',
  "generator's CPU s per 1,000",
  'cores busy elsewhere',
];

const TOLD_OF_ROUNDS = [
  ['acceptedPerSecond', 'accepted'],
  ['deliveredPerSecond', 'delivered'],
  ['cpuSeconds', 'CPU'],
  ['p99Ms', 'p99'],
] as const;

/** By peer, in the order of the rounds. */
type Samples = Map<string, Sample[]>;

export interface SmtpBenchOptions {
  /** By the titles of their tables. */
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly rounds: number;
  /** Divides the number of messages: for a quick look. */
  readonly divisor: number;
  readonly report: (line: string) => void;
  readonly warmUp?: Shape;
  /** The server that the others are compared with. */
  readonly base?: string;
}

export interface SmtpResults {
  readonly tables: readonly Table[];
  /** Messages a second that reached their mailboxes, or the next server. */
  readonly delivered: readonly BarGroup[];
}

/** `open` starts one peer at a time, so that the idle ones cost nothing. */
export async function benchSmtp(
  open: readonly (() => Promise<SmtpPeer>)[],
  options: SmtpBenchOptions,
): Promise<SmtpResults> {
  const samples = new Map([...options.shapes.keys()].map((title) => [title, new Map() as Samples]));
  const memory = new Map<string, number[]>();
  for (let round = 1; round <= options.rounds; round++) {
    for (const openPeer of open) {
      const peer = await openPeer();
      try {
        await measure(peer, divided(options.warmUp ?? WARM_UP, options.divisor));
        for (const [title, shape] of options.shapes) {
          await measure(peer, divided(shape, options.divisor * WARM_UP_PART));
          const sample = await measure(peer, divided(shape, options.divisor));
          append(samples.get(title), peer.name, sample);
          options.report(`round ${round}: ${peer.name}: ${title}: ${formatSample(sample)}`);
        }
        await pause(REST_MS);
        append(memory, peer.name, residentBytesOf(peer.rootPids));
      } finally {
        await peer.stop();
      }
    }
  }
  const tables = [...samples].map(([title, byPeer]) => tableOf(title, byPeer, options.base ?? BASE));
  const delivered = [...samples].map(([title, byPeer]) => ({ title, bars: barsOf(byPeer) }));
  return { tables: [...tables, memoryTable(memory)], delivered };
}

function divided(shape: Shape, divisor: number): Shape {
  return { ...shape, messages: Math.max(20, Math.ceil(shape.messages / divisor)) };
}

function append<Value>(lists: Map<string, Value[]> | undefined, name: string, value: Value): void {
  lists?.set(name, [...(lists.get(name) ?? []), value]);
}

async function measure(peer: SmtpPeer, shape: Shape): Promise<Sample> {
  const { messages } = shape;
  const deliveredBefore = await peer.countDelivered();
  const spent = startMeter(peer.rootPids, peer.folder);
  const order = { ...shape, port: peer.smtpPort, domain: 'bench.test' };
  const report = shape.generator === undefined ? await runLoad<LoadReport>(LOAD, order) : await runSmtpSource(order);
  while ((await peer.countDelivered()) - deliveredBefore < messages) {
    if (spent().seconds * 1_000 > DELIVERY_DEADLINE_MS) {
      throw new Error(`${peer.name} did not deliver all of ${messages} messages`);
    }
    await pause(50);
  }
  const deliveredSeconds = Math.max(report.seconds, (Date.now() - report.startedAtMs) / 1_000);
  const total = await untilQuiet(spent);
  const perThousand = 1_000 / messages;
  return {
    acceptedPerSecond: messages / report.seconds,
    deliveredPerSecond: messages / deliveredSeconds,
    cpuSeconds: total.serverCpuSeconds * perThousand,
    p50Ms: report.p50Ms,
    p99Ms: report.p99Ms,
    flushes: total.diskFlushes / messages,
    generatorCpuSeconds: report.cpuSeconds * perThousand,
    othersCores: Math.max(0, total.busySeconds - total.serverCpuSeconds - report.cpuSeconds) / total.seconds,
  };
}

/** What follows a delivery is part of its price: unlinking queue files, checkpoints, indexes, logs. */
async function untilQuiet(spent: () => Spent): Promise<Spent> {
  let now = spent();
  for (let looks = 0; looks < QUIET_LOOKS; looks++) {
    const before = now;
    await pause(QUIET_MS);
    now = spent();
    const share = (now.serverCpuSeconds - before.serverCpuSeconds) / (now.seconds - before.seconds);
    if (share < QUIET_SHARE) break;
  }
  return now;
}

function formatSample(sample: Sample): string {
  const { acceptedPerSecond, deliveredPerSecond, cpuSeconds } = sample;
  return `${acceptedPerSecond.toFixed(0)}/s accepted, ${deliveredPerSecond.toFixed(0)}/s delivered, ${cpuSeconds.toFixed(2)} s CPU per 1,000`;
}

function tableOf(title: string, byPeer: Samples, base: string): Table {
  const all = (name: string, field: keyof Sample) => (byPeer.get(name) ?? []).map((sample) => sample[field]);
  const of = (name: string, field: keyof Sample) => median(all(name, field));
  const ratios = (name: string, field: keyof Sample) => {
    const bases = all(base, field);
    return all(name, field).map((value, round) => value / (bases[round] ?? Number.NaN));
  };
  const row = (name: string) => {
    const compared = (field: keyof Sample, digits: number) => {
      const value = of(name, field);
      return Number.isNaN(value) ? '–' : `${value.toFixed(digits)} (${formatTimes(median(ratios(name, field)))})`;
    };
    return [
      name,
      compared('acceptedPerSecond', 0),
      compared('deliveredPerSecond', 0),
      compared('cpuSeconds', 2),
      Number.isNaN(of(name, 'p50Ms')) ? '–' : of(name, 'p50Ms').toFixed(1),
      compared('p99Ms', 1),
      of(name, 'flushes').toFixed(2),
      of(name, 'generatorCpuSeconds').toFixed(2),
      of(name, 'othersCores').toFixed(2),
    ];
  };
  const names = [...byPeer.keys()];
  const table = { title, columns: COLUMNS, rows: names.map(row) };
  const [first] = names.filter((name) => name !== base);
  if (first === undefined || all(first, 'cpuSeconds').length < 2) return table;
  return { ...table, remark: describeRounds(first, (field) => ratios(first, field)) };
}

function describeRounds(name: string, ratiosOf: (field: keyof Sample) => readonly number[]): string {
  const told = ([field, word]: readonly [keyof Sample, string]) => {
    const ratios = ratiosOf(field);
    return ratios.every(Number.isNaN) ? [] : [`${word} ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')} ×`];
  };
  return `${name}, round by round: ${TOLD_OF_ROUNDS.flatMap(told).join('; ')}.`;
}

function barsOf(byPeer: Samples): Bar[] {
  return [...byPeer].map(([name, samples]) => ({
    name,
    value: median(samples.map(({ deliveredPerSecond }) => deliveredPerSecond)),
  }));
}

function memoryTable(memory: ReadonlyMap<string, readonly number[]>): Table {
  return {
    title: 'Memory after all of these, and a quarter of a minute of rest',
    columns: ['server', 'MB (Pss of all its processes)'],
    rows: [...memory].map(([name, values]) => [name, (median(values) / 1e6).toFixed(0)]),
  };
}
