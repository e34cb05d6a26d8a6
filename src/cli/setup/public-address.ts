// Whether the Internet can reach an address: private, loopback and link-local ones it cannot, nor those that providers share.

import { isInAnyNetwork, parseIpNetworks } from '#base/ip-network.ts';

const OF_NO_ROUTE = parseIpNetworks([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]);

export function isPublicAddress(address: string): boolean {
  return !isInAnyNetwork(address.replace(/%.*$/, ''), OF_NO_ROUTE);
}
