// Where no packet of the Internet arrives, and where none comes from: private, shared, loopback, link-local and multicast
// addresses. RFC 6890 §2.2.

import { parseIpNetworks } from './ip-network.ts';

export const UNROUTABLE_NETWORKS = parseIpNetworks([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
]);
