// Which domain a name belongs to, by the DMARC records above it: whoever owns `example.org` answers for `a.example.org`.
// The tree walk of RFC 9989 §4.10.

import type { Resolver } from '#mail/ports/resolver.ts';
import { readTags } from './policy-record.ts';

/** Names with more labels are looked at themselves, and then from this many on. RFC 9989 §4.10. */
const MOST_LABELS = 7;

/** The name itself, where no record says otherwise; `undefined` where the DNS does not answer. */
export async function findOrganizationalDomain(name: string, dns: Resolver): Promise<string | undefined> {
  const labels = name.split('.');
  const first = labels.length > MOST_LABELS + 1 ? labels.length - MOST_LABELS : 1;
  let highest: string | undefined;
  for (const at of [0, ...Array.from(labels.keys()).slice(first)]) {
    const domain = labels.slice(at).join('.');
    const answer = await dns.resolve(`_dmarc.${domain}`, 'TXT');
    if (answer.kind === 'failed') return undefined;
    const records = answer.kind === 'found' ? answer.records.map(readTags).filter((tags) => tags !== undefined) : [];
    const [tags, ...others] = records;
    if (tags === undefined || others.length > 0) continue;
    const psd = tags.get('psd')?.toLowerCase();
    if (psd === 'n') return domain;
    // A registry of domains: the name right below it is its owner's.
    if (psd === 'y') return at === 0 ? name : labels.slice(at - 1).join('.');
    highest = domain;
  }
  return highest ?? name;
}
