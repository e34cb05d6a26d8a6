// How the servers for a destination are chosen, as the settings have it: for the queue, and for whoever tells what the queue
// would do.

import { parseIpNetworks } from '#base/ip-network.ts';
import { DEFAULT_SERVER_CHOICE, type ServerChoiceWorld } from '#mail/delivery/choose-servers.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { resolverOptions } from '#platform/config/client-settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { openResolver } from '#platform/dns/resolver.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { ownAddresses } from '#platform/machine/own-addresses.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';

/** Its resolver lives as long as `opened`. */
export function openServerChoice(config: Config, opened: AsyncDisposableStack): ServerChoiceWorld {
  const resolver = opened.use(
    openResolver(resolverOptions(config), { clock: steadyClock, randomness: systemRandomness }),
  );
  const lookups: Readonly<Record<'dns' | 'native', Resolver>> = { dns: resolver.dnsOnly, native: resolver };
  return {
    resolver: resolver.dnsOnly,
    hostLookup: config.smtp_host_lookup.map((way) => lookups[way]),
    randomness: systemRandomness,
    settings: {
      ...DEFAULT_SERVER_CHOICE,
      inet_protocols: config.inet_protocols,
      smtp_tcp_port: config.smtp_tcp_port,
      smtp_address_preference: config.smtp_address_preference,
      smtp_mx_address_limit: config.smtp_mx_address_limit,
      ignore_mx_lookup_error: config.ignore_mx_lookup_error,
      allowLoopback: config.smtp_allow_loopback,
    },
    ownAddresses: parseIpNetworks([...reachableAddresses(config), ...config.proxy_interfaces]),
    ownNames: ownNames(config),
  };
}

/** Lower case: whoever bears one of them is this server. */
export function ownNames(config: Pick<Config, 'smtp_helo_name' | 'myhostname'>): ReadonlySet<string> {
  const names = [config.myhostname, config.smtp_helo_name ?? config.myhostname];
  return new Set(names.map((name) => name.toLowerCase()));
}

/** Where somebody who connects to port 25 reaches us. */
export function reachableAddresses(config: Config): string[] {
  const listening = config.listen.filter(({ service }) => service === 'smtp').map(({ address }) => address);
  return listening.flatMap((address) => {
    if (address !== '0.0.0.0' && address !== '::') return [address];
    return ownAddresses(address === '::' ? undefined : 'IPv4');
  });
}
