// What a server costs: CPU time and memory of its processes, from /proc. Children that ended are counted by the parent
// that reaped them, so short-lived processes are not missed.

import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second: a constant of Linux's ABI. */
export const TICKS_PER_SECOND = 100;

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly cpuTicks: number;
}

/** CPU time of these processes and all below them, so far. */
export function cpuSecondsOf(rootPids: readonly number[]): number {
  return familyOf(rootPids).reduce((sum, { cpuTicks }) => sum + cpuTicks, 0) / TICKS_PER_SECOND;
}

/** Their memory; what several share is counted once (Pss). */
export function residentBytesOf(rootPids: readonly number[]): number {
  return familyOf(rootPids).reduce((sum, { pid }) => sum + proportionalBytes(pid), 0);
}

function familyOf(rootPids: readonly number[]): ProcessEntry[] {
  const all = readProcesses();
  const members = new Set(rootPids);
  for (let known = 0; known < members.size; ) {
    known = members.size;
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid);
  }
  return all.filter(({ pid }) => members.has(pid));
}

function readProcesses(): ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const cpuTicks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      return [{ pid: Number(name), parent: Number(fields[1]), cpuTicks }];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

function proportionalBytes(pid: number): number {
  try {
    const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
    return Number(match?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
