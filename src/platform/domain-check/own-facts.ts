// What the records of domains say of this server, out of its settings and its interfaces.

import { isInAnyNetwork } from '#base/ip-network.ts';
import { UNROUTABLE_NETWORKS } from '#base/unroutable-networks.ts';
import { offeredServers, portForOthers } from '#mail/client-setup/offered-server.ts';
import type { ServerFacts } from '#mail/domain-records/server-facts.ts';
import type { Config } from '#platform/config/schema.ts';
import { reachableAddresses } from '#platform/routing/server-choice.ts';
import { findTlsaData } from './served-certificate.ts';

export async function findServerFacts(config: Config): Promise<ServerFacts> {
  const mailHost = config.myhostname.toLowerCase();
  const addresses = publicAddresses(config);
  const tlsPort = findTlsPort(config);
  return {
    mailHost,
    heloName: (config.smtp_helo_name ?? mailHost).toLowerCase(),
    addresses,
    egress: egressAddresses(config, addresses),
    relayhost: config.relayhost,
    clientServers: offeredServers(config.listen, mailHost),
    webPort: portForOthers(config.listen, 'https'),
    tlsaData: tlsPort && (await findTlsaData(tlsPort, mailHost)),
    mtaSts: { mode: config.mta_sts_mode, maxAgeSeconds: Math.floor(config.mta_sts_max_age / 1_000) },
    settings: {
      reportAddress: config.domain_report_address,
      dmarcPolicy: config.domain_dmarc_policy,
      caaIssuers: config.domain_caa_issuers,
      ttlSeconds: Math.floor(config.domain_record_ttl / 1_000),
    },
  };
}

/** Those that the settings name, whatever they are, and those of the interfaces that the world can reach. */
function publicAddresses(config: Config): string[] {
  const named = config.proxy_interfaces.filter((text) => !text.includes('/'));
  const own = reachableAddresses(config).filter((address) => !isInAnyNetwork(address, UNROUTABLE_NETWORKS));
  return [...new Set([...named, ...own])].filter((address) => isSpoken(address, config));
}

function egressAddresses(config: Config, addresses: readonly string[]): string[] {
  const bound = [config.smtp_bind_address, config.smtp_bind_address6].filter((address) => address !== undefined);
  const seen = bound.filter((address) => !isInAnyNetwork(address, UNROUTABLE_NETWORKS));
  // What is bound counts for its family; behind a router mail leaves from where it is reached.
  const others = addresses.filter((address) => !seen.some((each) => each.includes(':') === address.includes(':')));
  return [...seen, ...others].filter((address) => isSpoken(address, config));
}

function isSpoken(address: string, { inet_protocols }: Config): boolean {
  return inet_protocols.includes(address.includes(':') ? 'ipv6' : 'ipv4');
}

function findTlsPort({ listen }: Config) {
  const services = ['submissions', 'imaps', 'pop3s', 'https'];
  const found = listen.find(({ service, haproxy_trusted_networks: proxies, port }) => {
    return services.includes(service) && (proxies ?? []).length === 0 && port !== 0;
  });
  if (found === undefined) return undefined;
  const { address, port } = found;
  return { address: address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address, port };
}
