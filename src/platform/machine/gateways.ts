// The routers through which this machine, or the network namespace it runs in, reaches the Internet: the next hops of its
// default routes, as Linux tells them. Elsewhere, and where /proc is hidden, none are known.

import { readFileSync } from 'node:fs';

export interface RouteFiles {
  readonly ipv4: string;
  readonly ipv6: string;
}

const ROUTE_FILES: RouteFiles = { ipv4: '/proc/net/route', ipv6: '/proc/net/ipv6_route' };

const HEX_GROUP = /.{4}/g;

/** As text: `192.168.1.1`, `fd00:0000:…`. */
export function readGateways(files: RouteFiles = ROUTE_FILES): string[] {
  const found = [...rows(files.ipv4).flatMap(ipv4Gateway), ...rows(files.ipv6).flatMap(ipv6Gateway)];
  return [...new Set(found)];
}

// Iface Destination Gateway Flags RefCnt Use Metric Mask …          ; addresses in the order of the processor: little endian
function ipv4Gateway([, destination, gateway = '', , , , , mask]: readonly string[]): string[] {
  const isDefault = destination === '00000000' && mask === '00000000';
  if (!isDefault || !/^[0-9A-F]{8}$/.test(gateway) || gateway === '00000000') return [];
  return [Buffer.from(gateway, 'hex').reverse().join('.')];
}

// destination prefix source prefix next-hop metric …
function ipv6Gateway([destination = '', prefix, , , gateway = '']: readonly string[]): string[] {
  const isDefault = /^0{32}$/.test(destination) && prefix === '00';
  if (!isDefault || !/^[0-9a-f]{32}$/.test(gateway) || /^0{32}$/.test(gateway)) return [];
  return [(gateway.match(HEX_GROUP) ?? []).join(':')];
}

function rows(file: string): string[][] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
  } catch {
    return [];
  }
}
