// A router that hides who comes (SNAT, masquerading) makes every stranger look like itself. `mynetworks` that name it make
// an open relay of whoever stands behind it; where it only lies in a larger network that is trusted, it alone is not.

import { type IpNetwork, isInNetwork, parseIpAddress, parseIpNetworks } from '#base/ip-network.ts';
import type { DangerFinding } from './danger.ts';
import type { InterlockFacts } from './interlock-facts.ts';

/** Entries of `mynetworks` that are written for the gateway alone. */
export function findNamedGateways({ settings: { mynetworks }, gateways }: InterlockFacts): DangerFinding[] {
  const octets = gateways.flatMap((address) => parseIpAddress(address) ?? []);
  return mynetworks.flatMap((element): DangerFinding[] => {
    const [network] = parseIpNetworks([element]);
    if (network === undefined || !isOneAddress(network) || !octets.some((one) => one.equals(network.octets))) return [];
    return [{ danger: 'translating_gateway', phrase: 'trusts-the-gateway', path: ['mynetworks'], element }];
  });
}

export interface Trust {
  readonly networks: readonly IpNetwork[];
  /** Gateways that some entry covers, and that are left out. */
  readonly untrusted: readonly string[];
}

type GatewayFacts = Pick<InterlockFacts, 'gateways'> & {
  readonly settings: Pick<InterlockFacts['settings'], 'accept_danger'>;
};

/** Networks of a setting, without the gateways in them, unless that danger is accepted. */
export function trustWithoutGateways(texts: readonly string[], { settings, gateways }: GatewayFacts): Trust {
  let trusted = parseIpNetworks(texts);
  if (settings.accept_danger.includes('translating_gateway')) return { networks: trusted, untrusted: [] };
  const untrusted: string[] = [];
  for (const gateway of gateways) {
    const octets = parseIpAddress(gateway);
    if (octets === undefined || !trusted.some((network) => isInNetwork(octets, network))) continue;
    untrusted.push(gateway);
    trusted = trusted.flatMap((network) => withoutAddress(network, octets));
  }
  return { networks: trusted, untrusted };
}

/** The network's halves, again and again, but for the half that holds the address: at most one for each bit. */
function withoutAddress(network: IpNetwork, address: Buffer): IpNetwork[] {
  if (!isInNetwork(address, network)) return [network];
  const parts: IpNetwork[] = [];
  for (let bit = network.prefixBits; bit < address.length * 8; bit++) {
    const octets = Buffer.from(address.subarray(0, (bit >> 3) + 1));
    octets[bit >> 3] = ((octets[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))) & (0xff00 >> ((bit & 7) + 1));
    parts.push({ octets: Buffer.concat([octets], address.length), prefixBits: bit + 1 });
  }
  return parts;
}

function isOneAddress({ octets, prefixBits }: IpNetwork): boolean {
  return prefixBits === octets.length * 8;
}
