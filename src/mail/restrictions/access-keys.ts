// What is looked up in an access table, and in which order: access(5). The first key of each list is whole, and the only one
// that tables of patterns are asked for.

import { parseIpAddress } from '#base/ip-network.ts';
import { splitExtension } from '#mail/routing/address-extension.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { RestrictionSettings } from './settings.ts';

type KeySettings = Pick<RestrictionSettings, 'parent_domain_matches_subdomains' | 'recipient_delimiter'>;

/** `a.example.org`, `example.org`, `org`; or with a dot in front of what stands for those below it. */
export function domainKeys(domain: string, { parent_domain_matches_subdomains: matching }: KeySettings): string[] {
  const keys = [domain];
  // Numbers have no parents.
  if (parseIpAddress(domain) !== undefined) return keys;
  const dotted = matching.includes('smtpd_access_maps') ? 1 : 0;
  for (let dot = domain.indexOf('.', 1); dot !== -1; dot = domain.indexOf('.', dot + 1)) {
    if (dot + 1 < domain.length) keys.push(domain.slice(dot + dotted));
  }
  return keys;
}

/** `192.0.2.1`, `192.0.2`, `192.0`, `192`; `2001:db8::1`, `2001:db8:`, `2001:db8`, `2001`. */
export function addressKeys(address: string): string[] {
  const separator = address.includes(':') ? ':' : '.';
  const keys = [address];
  for (let at = address.lastIndexOf(separator); at > 0; at = address.lastIndexOf(separator, at - 1)) {
    keys.push(address.slice(0, at));
  }
  return keys;
}

/** `user+ext@a.example`, `user@a.example`, `a.example`, `example`, `user+ext@`, `user@`. */
export function mailKeys(address: AddrSpec, settings: KeySettings): string[] {
  const each = withoutExtension(address, settings);
  const localParts = each.map((text) => text.slice(0, text.lastIndexOf('@') + 1));
  return [...each, ...domainKeys(address.domain, settings), ...localParts];
}

/** `user+ext@a.example`, `user@a.example`, `@a.example`. */
export function ownerKeys(address: AddrSpec, settings: KeySettings): string[] {
  return [...withoutExtension(address, settings), `@${address.domain}`];
}

/** The address as it is and, where it has an extension, without. */
function withoutExtension(address: AddrSpec, { recipient_delimiter }: KeySettings): string[] {
  const split = splitExtension(address.localPart, { recipient_delimiter, owner_request_special: true });
  const whole = formatAddrSpec(address);
  return split === undefined ? [whole] : [whole, formatAddrSpec({ ...address, localPart: split.base })];
}
