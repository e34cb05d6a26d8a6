// Processes as the system sees them: who was started by whom, as whom they run, and which private streams they hold.

import { readFileSync } from 'node:fs';
import { listProc, readProc, readProcLink } from './proc-files.ts';

export interface RunningProcess {
  readonly pid: number;
  /** Its program and arguments. */
  readonly words: readonly string[];
}

export function childrenOf(pid: number): RunningProcess[] {
  const pids = listProc(`/proc/${pid}/task`).flatMap((task) =>
    readProc(`/proc/${pid}/task/${task}/children`).trim().split(' ').filter(Boolean).map(Number),
  );
  return pids.map((child) => ({ pid: child, words: commandOf(child) }));
}

/** `outbound/main.ts` below the supervisor; 0 where none runs. */
export function findChild(pid: number, program: string): number {
  const found = childrenOf(pid).find(({ words }) => words.some((word) => word.endsWith(`/${program}`)));
  return found?.pid ?? 0;
}

/** The fields of /proc/PID/status. */
export function processStatus(pid: number): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n');
  return Object.fromEntries(lines.map((line) => line.split(/:\s*(.*)/, 2)));
}

export function isRunning(pid: number): boolean {
  return /^State:\t[^ZX]/m.test(readProc(`/proc/${pid}/status`));
}

/** How many processes of ours are connected to this one. */
export function privateStreams(pid: number): number {
  const own = new Set(
    listProc(`/proc/${pid}/fd`).map((fd) => /^socket:\[(\d+)\]$/.exec(readProcLink(`/proc/${pid}/fd/${fd}`))?.[1]),
  );
  const rows = readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .map((row) => row.trim().split(/\s+/));
  const CONNECTED = '03';
  return rows.filter(
    ([, , , , , state, inode, name]) => state === CONNECTED && own.has(inode) && name?.startsWith('@valija-'),
  ).length;
}

function commandOf(pid: number): string[] {
  return readProc(`/proc/${pid}/cmdline`).split('\0').filter(Boolean);
}
