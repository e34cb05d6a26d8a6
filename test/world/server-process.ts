// A running process as the system sees it: what it keeps in memory, and where it listens.

import { readFileSync, writeFileSync } from 'node:fs';
import { listProc, readProc, readProcLink } from './proc-files.ts';

/** Forgets the highest use of memory so far. */
export function resetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

export function memoryBytes(pid: number, what: 'now' | 'peak'): number {
  const field = what === 'now' ? 'VmRSS' : 'VmHWM';
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

/** The highest use of memory while `work` runs, above what was in use before it. */
export async function peakGrowthBytes(pid: number, work: () => Promise<unknown>): Promise<number> {
  resetPeakMemory(pid);
  const before = memoryBytes(pid, 'now');
  await work();
  return memoryBytes(pid, 'peak') - before;
}

/** `tcp 127.0.0.1:2025`, sorted: every socket of the process and its children that waits for strangers. */
export function listeningPlaces(pid: number): string[] {
  const own = new Set([pid, ...descendants(pid)].flatMap(socketInodes));
  const places = new Set<string>();
  for (const protocol of ['tcp', 'tcp6', 'udp', 'udp6']) {
    for (const line of readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8').split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const waits = protocol.startsWith('udp') || state === TCP_LISTEN;
      if (waits && own.has(inode)) places.add(`${protocol} ${formatPlace(local)}`);
    }
  }
  return [...places].sort();
}

const TCP_LISTEN = '0A';

function descendants(pid: number): number[] {
  const children = listProc(`/proc/${pid}/task`).flatMap((task) =>
    readProc(`/proc/${pid}/task/${task}/children`).trim().split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function socketInodes(pid: number): string[] {
  return listProc(`/proc/${pid}/fd`).flatMap((descriptor) => {
    const target = readProcLink(`/proc/${pid}/fd/${descriptor}`);
    return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
  });
}

/** `0100007F:07E9`: the address in the order of the machine, the port in that of the network. */
function formatPlace(text: string): string {
  const [address = '', port = ''] = text.split(':');
  const octets = Buffer.from(address, 'hex');
  const shown = octets.length === 4 ? [...octets].reverse().join('.') : address;
  return `${shown}:${Number.parseInt(port, 16)}`;
}
