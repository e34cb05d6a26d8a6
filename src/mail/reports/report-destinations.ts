// Who gets the report about a domain. An address elsewhere must have said that it wants it: else anybody could have reports
// sent to a victim. RFC 9990 §4.

import type { Resolver } from '#mail/ports/resolver.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { findOrganizationalDomain } from './organizational-domain.ts';
import { readTags } from './policy-record.ts';
import { type ReportUri, readReportUris } from './report-uri.ts';

export type Destination =
  | { readonly kind: 'agreed'; readonly uri: ReportUri }
  /** It did not agree. */
  | { readonly kind: 'refused'; readonly address: string }
  /** The DNS did not answer. */
  | { readonly kind: 'unknown'; readonly address: string };

/** RFC 9990 leaves it to us; two must be served by RFC 7489 §6.2. */
const MOST_DESTINATIONS = 4;
const LONGEST_NAME = 253;

export async function findDestinations(policyDomain: string, record: string, dns: Resolver): Promise<Destination[]> {
  const wanted = readReportUris(readTags(record)?.get('rua') ?? '').slice(0, MOST_DESTINATIONS);
  const found: Destination[] = [];
  for (const uri of wanted) found.push(...(await findAgreement(policyDomain, uri, dns)));
  return found;
}

async function findAgreement(policyDomain: string, uri: ReportUri, dns: Resolver): Promise<Destination[]> {
  const host = uri.address.domain.toLowerCase();
  const address = formatAddrSpec(uri.address);
  if (isBelow(host, policyDomain)) return [{ kind: 'agreed', uri }];
  const [ours, theirs] = await Promise.all([
    findOrganizationalDomain(policyDomain, dns),
    findOrganizationalDomain(host, dns),
  ]);
  if (ours === undefined || theirs === undefined) return [{ kind: 'unknown', address }];
  if (ours === theirs) return [{ kind: 'agreed', uri }];
  const name = `${policyDomain}._report._dmarc.${host}`;
  if (name.length > LONGEST_NAME) return [{ kind: 'refused', address }];
  const answer = await dns.resolve(name, 'TXT');
  if (answer.kind === 'failed') return [{ kind: 'unknown', address }];
  const agreements = answer.kind === 'found' ? answer.records.map(readTags).filter((tags) => tags !== undefined) : [];
  const [agreement] = agreements;
  if (agreement === undefined) return [{ kind: 'refused', address }];
  const instead = agreement.get('rua');
  if (instead === undefined) return [{ kind: 'agreed', uri }];
  // Whoever agreed may name another address, of the same host.
  return readReportUris(instead)
    .slice(0, MOST_DESTINATIONS)
    .map((other) =>
      other.address.domain.toLowerCase() === host
        ? { kind: 'agreed', uri: other }
        : { kind: 'refused', address: formatAddrSpec(other.address) },
    );
}

/** The name itself, or one below it. */
function isBelow(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}
