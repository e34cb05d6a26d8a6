// Who listens on this machine, as Linux tells it: addresses and ports of everybody, programs as far as we may see them.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { endianness } from 'node:os';
import { parseIpAddress } from '#base/ip-network.ts';
import type { Place } from '#mail/doctor/ports.ts';

interface ListeningSocket {
  /** In the kernel's own form. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

const LISTENS = '0A';
const ANY = /^0+$/;

/** What `judgePorts` asks for. */
export function openPortOwners(): (place: Place) => string | undefined {
  const sockets = ['tcp', 'tcp6'].flatMap(readSockets);
  let programs: ReadonlyMap<string, string> | undefined;
  return ({ address, port }) => {
    const socket = sockets.find((one) => one.port === port && overlaps(one.address, address));
    if (socket === undefined) return undefined;
    programs ??= findPrograms();
    return programs.get(socket.inode) ?? '';
  };
}

function readSockets(protocol: string): ListeningSocket[] {
  const lines = textOf(`/proc/net/${protocol}`).split('\n').slice(1);
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === LISTENS ? [{ address, port: Number.parseInt(port, 16), inode }] : [];
  });
}

/** Two addresses that cannot both be bound: the same, or one that stands for all. */
function overlaps(held: string, wanted: string): boolean {
  return ANY.test(held) || wanted === '0.0.0.0' || wanted === '::' || held === kernelForm(wanted);
}

/** `127.0.0.1` → `0100007F`: words of four octets, each in the machine's order. */
function kernelForm(address: string): string | undefined {
  const octets = parseIpAddress(address);
  if (octets === undefined) return undefined;
  const words = Buffer.from(octets);
  return (endianness() === 'LE' ? words.swap32() : words).toString('hex').toUpperCase();
}

function findPrograms(): Map<string, string> {
  const programs = new Map<string, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const name = textOf(`/proc/${pid}/comm`).trim();
    for (const inode of socketsOf(pid)) programs.set(inode, `${name}[${pid}]`);
  }
  return programs;
}

/** None of a process that ended meanwhile, or that is not ours to look into. */
function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
      return /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? [];
    });
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
