// What a server costs: CPU time and memory of its processes, from /proc. Children that ended are counted by the parent
// that reaped them, so short-lived processes are not missed.

import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second: a constant of Linux's ABI. */
const TICKS_PER_SECOND = 100;

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly cpuTicks: number;
}

export interface Cost {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

export function costOf(rootPids: readonly number[]): Cost {
  const all = readProcesses();
  const members = withDescendants(rootPids, all);
  let ticks = 0;
  let residentBytes = 0;
  for (const { pid, cpuTicks } of all) {
    if (!members.has(pid)) continue;
    ticks += cpuTicks;
    residentBytes += proportionalBytes(pid);
  }
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes };
}

function readProcesses(): ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const [, parent = 0] = fields;
      const cpuTicks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
      return [{ pid: Number(name), parent, cpuTicks }];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

function withDescendants(rootPids: readonly number[], all: readonly ProcessEntry[]): Set<number> {
  const members = new Set(rootPids);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of all) {
      if (members.has(parent) && !members.has(pid)) {
        members.add(pid);
        grown = true;
      }
    }
  }
  return members;
}

function proportionalBytes(pid: number): number {
  try {
    const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
    return Number(match?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
