// Which certificates are to be had from an authority: one for the server's own name, and one for each domain, with those of
// its usual names that lead here. A name that leads elsewhere would fail, and all others with it.

import { parseDomainName } from '#protocols/message/domain-name.ts';
import { coversHost } from './host-name.ts';

/** Below a domain: what people type into their programs, and what programs and other servers look for. */
const USUAL_LABELS = ['mail', 'smtp', 'imap', 'pop', 'webmail', 'autoconfig', 'autodiscover', 'mta-sts'];

export interface WantedCertificate {
  /** What it is called here: the host or the domain that it is for, even where that name itself leads elsewhere. */
  readonly id: string;
  /** Tried, as far as they lead here. */
  readonly names: readonly string[];
}

export interface NamedDomains {
  readonly myhostname: string;
  /** Hosted here. */
  readonly domains: readonly string[];
  /** Further hosts: each gets a certificate of its own. */
  readonly others: readonly string[];
  /** Covered by files of the administrator's: nothing is asked for them. */
  readonly covered: readonly string[];
}

export function wantedCertificates({ myhostname, domains, others, covered }: NamedDomains): WantedCertificate[] {
  const own = myhostname.toLowerCase();
  const single = new Set([own, ...others.map((name) => name.toLowerCase())]);
  const wanted = new Map<string, string[]>([...single].map((name) => [name, [name]]));
  for (const domain of new Set(domains.map((name) => name.toLowerCase()))) {
    const names = [domain, ...USUAL_LABELS.map((label) => `${label}.${domain}`)].filter((name) => !single.has(name));
    if (isCertifiable(domain)) wanted.set(domain, [...(wanted.get(domain) ?? []), ...names]);
  }
  return [...wanted].flatMap(([id, names]) => {
    const open = names.filter((name) => isCertifiable(name) && !coversHost(covered, name));
    return open.length === 0 ? [] : [{ id, names: open }];
  });
}

/**
 * At least two labels, and no name that means a machine to itself, as `mydestination` has them. Names of one's own network may
 * have an authority of their own. RFC 6761 §6.3.
 */
function isCertifiable(name: string): boolean {
  const labels = name.split('.');
  return labels.length > 1 && labels[0] !== 'localhost' && labels.at(-1) !== 'localhost' && parseDomainName(name).ok;
}

/** Where a name leads, by the DNS. */
export type NamePlace =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'unknown' };

export interface SkippedName {
  readonly name: string;
  /** `elsewhere`: `address` is not ours. */
  readonly reason: 'no-such-name' | 'elsewhere' | 'dns-failed';
  readonly address: string | undefined;
}

/** All addresses must be ours: an authority tries any one of them, IPv6 first. */
export function judgePlace(
  name: string,
  place: NamePlace,
  isOurs: (address: string) => boolean,
): SkippedName | undefined {
  if (place.kind === 'unknown') return { name, reason: 'dns-failed', address: undefined };
  if (place.kind === 'nowhere' || place.addresses.length === 0) {
    return { name, reason: 'no-such-name', address: undefined };
  }
  const address = place.addresses.find((one) => !isOurs(one));
  return address === undefined ? undefined : { name, reason: 'elsewhere', address };
}
