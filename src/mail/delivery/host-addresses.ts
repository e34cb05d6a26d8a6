// A host's name → the addresses where mail for it may be brought. Names in strangers' zones may lead anywhere: into this
// machine, or to addresses that are nobody's.

import { isInAnyNetwork, parseIpAddress, parseIpNetworks } from '#base/ip-network.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { type DeliveryFailure, lookupFailure, worseFailure } from './delivery-failure.ts';
import type { Destination } from './destination.ts';
import { familyOf, type InetProtocol } from './server-order.ts';

export interface HostLookupWorld {
  /** `smtp_host_lookup`: who is asked for a host's addresses; the next one where the one before knows none. */
  readonly hostLookup: readonly Resolver[];
  readonly settings: {
    readonly inet_protocols: readonly InetProtocol[];
    /** Ours: strangers' names may lead to loopback addresses, as in a lab on one machine. */
    readonly allowLoopback: boolean;
  };
}

export interface HostAddresses {
  readonly addresses: readonly string[];
  readonly isAuthenticated: boolean;
  /** After CNAMEs; the name itself where there are none. */
  readonly canonicalName: string;
}

export type HostLookup = HostAddresses | DeliveryFailure;

const LOOPBACK = parseIpNetworks(['127.0.0.0/8', '::1']);
/** «This host», multicast, reserved, of one link, to be discarded. */
const NOBODY = parseIpNetworks(['0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::', 'ff00::/8', 'fe80::/10', '100::/64']);

/** At least one address, or why there is none. */
export async function findUsableAddresses(
  world: HostLookupWorld,
  destination: Destination,
  name: string,
): Promise<HostLookup> {
  const found = parseIpAddress(name) === undefined ? await lookUp(world, name) : asAddress(world, name);
  if ('status' in found) return found;
  const usable = found.addresses.filter((address) => isUsable(world, destination, address));
  if (usable.length > 0) return { ...found, addresses: usable };
  return failed('5.4.4', `no usable address of a mail server for ${name}: ${found.addresses.join(', ')}`);
}

function asAddress({ settings }: HostLookupWorld, address: string): HostLookup {
  if (settings.inet_protocols.includes(familyOf(address))) {
    // No name was looked up that could have been proven.
    return { addresses: [address], isAuthenticated: false, canonicalName: address };
  }
  return failed('5.4.4', `${address} is of a protocol that inet_protocols leaves out`);
}

async function lookUp({ hostLookup, settings }: HostLookupWorld, name: string): Promise<HostLookup> {
  const types = settings.inet_protocols.map((protocol) => (protocol === 'ipv4' ? 'A' : 'AAAA'));
  let failure: DeliveryFailure | undefined;
  for (const resolver of hostLookup) {
    const answers = await Promise.all(types.map((type) => resolver.resolve(name, type)));
    const found = answers.filter((answer) => answer.kind === 'found');
    if (found.length > 0) {
      const isAuthenticated = found.every((answer) => answer.isAuthenticated);
      const canonicalName = found[0]?.canonicalName ?? name;
      return { addresses: found.flatMap(({ records }) => records), isAuthenticated, canonicalName };
    }
    for (const [i, answer] of answers.entries()) {
      // Of types that are not there the last one is named: that is the line that people search for.
      const type = types.at(answer.kind === 'failed' ? i : -1) ?? 'A';
      if (answer.kind !== 'found') failure = worseFailure(failure, lookupFailure(name, type, answer));
    }
  }
  return failure ?? failed('5.4.4', `smtp_host_lookup names nobody who could be asked for ${name}`);
}

/** Who writes brackets or a port means the address, whatever it is; a domain of strangers does not decide that. */
function isUsable({ settings }: HostLookupWorld, destination: Destination, address: string): boolean {
  if (isInAnyNetwork(address, NOBODY)) return false;
  const isMeant = settings.allowLoopback || destination.isBracketed || !destination.usesDefaultPort;
  return isMeant || !isInAnyNetwork(address, LOOPBACK);
}

function failed(status: string, text: string): DeliveryFailure {
  return { kind: 'failed', status, text };
}
