// 192.0.2.1 → 1.2.0.192.in-addr.arpa: the name that an address has its PTR record at. RFC 1035 §3.5, RFC 3596 §2.5.

import { parseIpAddress } from './ip-network.ts';

/** Before `.in-addr.arpa` or `.ip6.arpa`, and of a block list's question: octets or nibbles, the last one first. */
export function reversedLabels(address: string): string | undefined {
  const octets = parseIpAddress(address);
  if (octets === undefined) return undefined;
  return octets.length === 4 ? [...octets].reverse().join('.') : [...octets.toString('hex')].reverse().join('.');
}

export function reverseName(address: string): string | undefined {
  const labels = reversedLabels(address);
  // An IPv6 address has 32 nibbles, an IPv4 address four octets.
  return labels && `${labels}.${labels.split('.').length === 4 ? 'in-addr' : 'ip6'}.arpa`;
}
