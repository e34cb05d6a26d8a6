// `npm run bench -- idle`: what it costs others, and in memory, that thousands of clients are there and do nothing; and what
// memory the server has after many deliveries.

import { residentBytesOf } from './accounting.ts';
import { Crowd, type CrowdSize } from './crowd.ts';
import { type IdleMemory, idleMemory } from './imap-memory.ts';
import { median } from './median.ts';
import type { ImapPeer, SmtpPeer } from './peer.ts';
import { pause, runLoad } from './program.ts';
import { LOAD, type Shape } from './smtp-bench.ts';
import type { LoadReport } from './smtp-load.ts';
import { formatRatio, type Table } from './table.ts';

export interface IdleBenchOptions {
  readonly rounds: number;
  readonly crowd: CrowdSize;
  /** Idle TLS sessions, one count after the other. */
  readonly sessions: readonly number[];
  /** Deliveries before the first look at the memory; ten times as many before the second. */
  readonly deliveries: number;
  readonly report: (line: string) => void;
}

type Valija = SmtpPeer & ImapPeer;

const OTHERS: Shape = { connections: 10, messages: 12_000, sizeBytes: 4_096, reuse: true };
/** Journal, mailboxes and collector come to rest. */
const SETTLE_MS = 10_000;

export async function besideTheCrowd(valija: Valija, { rounds, crowd, report }: IdleBenchOptions): Promise<Table> {
  const measure = async (): Promise<LoadReport> =>
    runLoad<LoadReport>(LOAD, { ...OTHERS, port: valija.smtpPort, domain: 'bench.test' });
  await measure();
  const alone: LoadReport[] = [];
  const beside: LoadReport[] = [];
  let gone = 0;
  for (let round = 1; round <= rounds; round++) {
    // What was promised last is filed, and who was here has gone.
    await pause(SETTLE_MS);
    alone.push(await measure());
    await pause(SETTLE_MS);
    using present = await Crowd.come(valija.smtpPort, valija.imaps, crowd);
    await pause(SETTLE_MS);
    beside.push(await measure());
    gone += present.gone;
    report(
      `round ${round}: p99 ${alone.at(-1)?.p99Ms.toFixed(1)} ms alone, ${beside.at(-1)?.p99Ms.toFixed(1)} ms beside`,
    );
  }
  if (gone > 0) throw new Error(`the server sent ${gone} of the slow clients away: nothing was measured`);
  const of = (reports: readonly LoadReport[], field: 'p50Ms' | 'p99Ms') => median(reports.map((one) => one[field]));
  const row = (name: string, reports: readonly LoadReport[]) => [
    name,
    of(reports, 'p50Ms').toFixed(1),
    `${of(reports, 'p99Ms').toFixed(1)} (${formatRatio(of(reports, 'p99Ms'), of(alone, 'p99Ms'))})`,
  ];
  return {
    title: `4 KB over ${OTHERS.connections} connections, beside ${crowd.slow} slow clients and ${crowd.idle} idle ones`,
    columns: ['', 'p50 ms', 'p99 ms'],
    rows: [row('alone', alone), row('beside the crowd', beside)],
  };
}

/** `open` starts one server at a time. */
export async function idleSessions(
  open: readonly (() => Promise<ImapPeer>)[],
  { sessions, report }: IdleBenchOptions,
): Promise<Table> {
  const measured: { readonly name: string; readonly memory: IdleMemory }[] = [];
  for (const count of sessions) {
    for (const openPeer of open) {
      const peer = await openPeer();
      try {
        const memory = await idleMemory({ door: peer.imaps, rootPids: peer.rootPids }, count);
        measured.push({ name: peer.name, memory });
        report(`${peer.name}: ${(memory.bytesEach / 1024).toFixed(0)} KB for each of ${memory.connections}`);
      } finally {
        await peer.stop();
      }
    }
  }
  const base = (connections: number) =>
    measured.find(({ name, memory }) => name.startsWith('Dovecot') && memory.connections === connections)?.memory;
  return {
    title: 'Idle TLS sessions (IMAP IDLE)',
    columns: ['server', 'sessions', 'KB each', 'against Dovecot', 'MB in all'],
    rows: measured.map(({ name, memory: { connections, bytesEach, residentBytes } }) => [
      name,
      String(connections),
      (bytesEach / 1024).toFixed(0),
      formatRatio(bytesEach, base(connections)?.bytesEach ?? Number.NaN),
      (residentBytes / 1e6).toFixed(0),
    ]),
  };
}

export async function memoryAfterDeliveries(valija: Valija, { deliveries, report }: IdleBenchOptions): Promise<Table> {
  const shape: Shape = { connections: 50, messages: deliveries, sizeBytes: 4_096, reuse: true };
  const look = async (messages: number): Promise<number> => {
    const before = await valija.countDelivered();
    await runLoad(LOAD, { ...shape, messages, port: valija.smtpPort, domain: 'bench.test' });
    while ((await valija.countDelivered()) - before < messages) await pause(SETTLE_MS / 10);
    await pause(SETTLE_MS);
    const bytes = residentBytesOf(valija.rootPids);
    report(`${(bytes / 1e6).toFixed(0)} MB after ${messages} more deliveries`);
    return bytes;
  };
  const first = await look(deliveries);
  const second = await look(deliveries * 9);
  const row = (count: number, bytes: number) => [String(count), (bytes / 1e6).toFixed(0), formatRatio(bytes, first)];
  return {
    title: 'Memory after deliveries',
    columns: ['messages of 4 KB delivered', 'MB (Pss of all processes)', ''],
    rows: [row(deliveries, first), row(deliveries * 10, second)],
  };
}
