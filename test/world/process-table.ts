// Processes as the system sees them: who was started by whom, as whom they run, and which private streams they hold.

import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface RunningProcess {
  readonly pid: number;
  /** Its program and arguments. */
  readonly words: readonly string[];
}

export function childrenOf(pid: number): RunningProcess[] {
  const pids = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
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
  return existsSync(`/proc/${pid}/status`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

/** How many processes of ours are connected to this one. */
export function privateStreams(pid: number): number {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]),
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
  return existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : [];
}
