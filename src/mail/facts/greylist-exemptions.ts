// Whom greylisting passes by: clients and recipients that the settings name, in postgrey's forms.
//
//   client    = address / network / host name      ; a name stands for the hosts below it, too
//   recipient = user "@" domain / user "@" / domain     ; with or without an address extension

import { type IpNetwork, isInAnyNetwork, parseIpNetwork } from '#base/ip-network.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

export interface ExemptClients {
  readonly networks: readonly IpNetwork[];
  readonly names: readonly string[];
}

/** `192.0.2.0/24`, `2001:db8::/32`, `example.org`. */
export function parseExemptClients(texts: readonly string[]): ExemptClients {
  const networks: IpNetwork[] = [];
  const names: string[] = [];
  for (const text of texts) {
    const network = parseIpNetwork(text);
    if (network.ok) networks.push(network.value);
    else names.push(text.toLowerCase().replace(/^\./, ''));
  }
  return { networks, names };
}

/** `name` where it is proven. */
export function isExemptClient({ networks, names }: ExemptClients, address: string, name: string | undefined): boolean {
  return isInAnyNetwork(address, networks) || (name !== undefined && names.some((known) => isWithin(name, known)));
}

export function isExemptRecipient(texts: readonly string[], { localPart, domain }: AddrSpec): boolean {
  const base = localPart.toLowerCase().replace(/\+.*$/, '');
  return texts.some((text) => {
    const [user, ofDomain, ...more] = text.toLowerCase().split('@');
    if (more.length > 0) return false;
    if (ofDomain === undefined) return isWithin(domain.toLowerCase(), user ?? '');
    return user === base && (ofDomain === '' || ofDomain === domain.toLowerCase());
  });
}

function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}
