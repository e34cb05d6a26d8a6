// The DMARC record that holds for a name without one of its own: that of its organizational domain. RFC 7489 §6.6.3, RFC 9989 §4.10.

import type { Resolver } from '#mail/ports/resolver.ts';
import type { PublishedDisposition } from '#mail/reports/aggregate-report.ts';
import { findOrganizationalDomain } from '#mail/reports/organizational-domain.ts';
import { dispositionOf, readPublishedPolicy, readTags } from '#mail/reports/policy-record.ts';
import { lookUpTexts } from './look-up.ts';

export type DmarcAbove =
  | {
      readonly kind: 'found';
      /** `_dmarc.example.org` */
      readonly name: string;
      readonly record: string;
      /** For names below. */
      readonly policy: PublishedDisposition;
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed' };

/** Of a domain whose own name was asked in vain. */
export async function findDmarcAbove(domain: string, dns: Resolver): Promise<DmarcAbove> {
  const organization = await findOrganizationalDomain(domain, dns);
  if (organization === undefined) return { kind: 'failed' };
  if (organization === domain) return { kind: 'none' };
  const name = `_dmarc.${organization}`;
  const look = await lookUpTexts(dns, name);
  if (look.kind === 'failed') return { kind: 'failed' };
  const [record, ...more] = look.records.filter((text) => readTags(text) !== undefined);
  if (record === undefined || more.length > 0) return { kind: 'none' };
  // Without a policy that can be read there is none.
  if (dispositionOf(readTags(record)?.get('p')) === undefined) return { kind: 'none' };
  return { kind: 'found', name, record, policy: readPublishedPolicy(organization, record).sp };
}
