// Networks that are believed, and are too large to be known: `mynetworks` may send to anyone, and a proxy of
// `haproxy_trusted_networks` may say of any client that it is one of those. RFC 6890 §2.2.2.

import { type IpNetwork, isInNetwork, parseIpNetworks } from '#base/ip-network.ts';
import { UNROUTABLE_NETWORKS } from '#base/unroutable-networks.ts';
import type { DangerFinding } from './danger.ts';
import type { InterlockFacts } from './interlock-facts.ts';

/** Of public addresses: nobody answers for the machines of more than a /12. */
const MOST_PUBLIC_IPV4 = 2 ** 20;
/** Of public sites of /48: what the largest holders were ever given is a /29. */
const MOST_PUBLIC_IPV6_SITES = 2 ** 19;
const IPV6_SITE_BITS = 48;

export function findTrustOfTheWorld({ settings: { mynetworks } }: InterlockFacts): DangerFinding[] {
  return tooManyPublic(mynetworks).map((element) => {
    return { danger: 'open_relay', phrase: 'trusts-the-world', path: ['mynetworks'], element };
  });
}

export function findBelievedProxies({ settings: { listen } }: InterlockFacts): DangerFinding[] {
  return listen.flatMap(({ service, haproxy_trusted_networks: proxies = [] }, at) => {
    // Elsewhere an address alone gives nobody a right.
    if (service !== 'smtp') return [];
    return tooManyPublic(proxies).map((element): DangerFinding => {
      const path = ['listen', at, 'haproxy_trusted_networks'];
      return { danger: 'open_relay', phrase: 'believes-any-proxy', path, element };
    });
  });
}

/** The largest ones of those that are too many together; none where all may be trusted. */
function tooManyPublic(texts: readonly string[]): string[] {
  const sized = texts.flatMap((text) => parseIpNetworks([text]).map((network) => ({ text, share: shareOf(network) })));
  const total = sized.reduce((sum, { share }) => sum + share, 0);
  const largest = sized.filter(({ share }) => share > 1);
  if (total <= 1) return [];
  return (largest.length > 0 ? largest : sized.filter(({ share }) => share > 0)).map(({ text }) => text);
}

/** How much of what may be trusted the network takes; above 1 it is too large by itself. */
function shareOf(network: IpNetwork): number {
  const { octets, prefixBits } = network;
  if (UNROUTABLE_NETWORKS.some((known) => known.prefixBits <= prefixBits && isInNetwork(octets, known))) return 0;
  if (octets.length === 4) return 2 ** (32 - prefixBits) / MOST_PUBLIC_IPV4;
  return 2 ** (IPV6_SITE_BITS - prefixBits) / MOST_PUBLIC_IPV6_SITES;
}
