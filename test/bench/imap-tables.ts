// The results of the IMAP benchmark as tables: one row for each thing measured, the servers beside each other.

import type { ImapResults } from './imap-bench.ts';
import type { Outcome } from './imap-measure.ts';
import { median } from './median.ts';
import { formatRatio, type Table } from './table.ts';

/** The peer that the others are compared with. */
const BASE = 'Dovecot (maildir)';

export function imapTables(results: ImapResults): Table[] {
  return [speedTable(results), memoryTable(results)];
}

/** Where servers answered differently, or did not answer: one sentence each. */
export function imapRemarks({ outcomes, failures }: ImapResults): string[] {
  const answers = new Map<string, Map<string, string[]>>();
  for (const [peer, byName] of outcomes) {
    for (const [name, measured] of byName) {
      for (const { answer } of measured) {
        const byAnswer = answers.get(name) ?? new Map<string, string[]>();
        answers.set(name, byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), peer]));
      }
    }
  }
  const different = [...answers].filter(([, byAnswer]) => byAnswer.size > 1);
  return [
    ...different.map(([name, byAnswer]) => {
      const told = [...byAnswer].map(([answer, peers]) => `${[...new Set(peers)].join(', ')}: ${answer}`);
      return `**${name} is answered differently**: ${told.join('; ')}.`;
    }),
    ...[...new Set(failures)].map((failure) => `**Failed**: ${failure}.`),
  ];
}

function speedTable({ outcomes }: ImapResults): Table {
  const peers = [...outcomes.keys()];
  const names = new Set([...outcomes.values()].flatMap((byName) => [...byName.keys()]));
  const middle = (peer: string, name: string, field: 'seconds' | 'cpuSeconds' | 'othersWaitMs') =>
    median((outcomes.get(peer)?.get(name) ?? []).map((outcome) => outcome[field]));
  const cells = (peer: string, name: string) => {
    const [first] = outcomes.get(peer)?.get(name) ?? [];
    if (first === undefined) return ['failed', '–', '–'];
    const seconds = middle(peer, name, 'seconds');
    const faster = peer === BASE ? '' : ` (${formatRatio(middle(BASE, name, 'seconds'), seconds)})`;
    return [
      formatSpeed(seconds, first) + faster,
      `${formatMs(middle(peer, name, 'cpuSeconds') * 1_000)}`,
      middle(peer, name, 'othersWaitMs').toFixed(0),
    ];
  };
  return {
    title: 'Speed',
    columns: ['', ...peers.flatMap((peer) => [peer, 'CPU ms', 'others wait ms'])],
    rows: [...names].map((name) => [name.replaceAll('*', '\\*'), ...peers.flatMap((peer) => cells(peer, name))]),
  };
}

function formatSpeed(seconds: number, { isRate }: Outcome): string {
  return isRate ? `${(1 / seconds).toFixed(0)}/s` : `${formatMs(seconds * 1_000)} ms`;
}

function formatMs(ms: number): string {
  return ms.toFixed(ms < 10 ? 2 : 0);
}

function memoryTable({ memory }: ImapResults): Table {
  const base = memory.get(BASE)?.bytesEach ?? Number.NaN;
  const [first] = memory.values();
  return {
    title: `${first?.connections ?? 0} idle TLS connections`,
    columns: ['server', 'KB each', `against ${BASE}`, 'MB in all', 'connections made a second'],
    rows: [...memory].map(([name, { bytesEach, residentBytes, connectionsPerSecond }]) => [
      name,
      (bytesEach / 1e3).toFixed(0),
      formatRatio(bytesEach, base),
      (residentBytes / 1e6).toFixed(0),
      connectionsPerSecond.toFixed(0),
    ]),
  };
}
