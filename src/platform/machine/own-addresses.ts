// The addresses of this machine's interfaces, as they are now.

import { networkInterfaces } from 'node:os';

export function ownAddresses(family?: 'IPv4' | 'IPv6'): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter((each) => family === undefined || each.family === family).map(({ address }) => address);
}
