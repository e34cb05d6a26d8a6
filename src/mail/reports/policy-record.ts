// What a DMARC record says, for reports about it: tags that are missing have their default values. RFC 9989 §4.7.

import type { PublishedDisposition, PublishedPolicy } from './aggregate-report.ts';

/**
 * dmarc-record = dmarc-version *(";" dmarc-tag) ; `undefined` where it does not begin with `v=DMARC1`. Names are in lower
 * case; of two tags of a name the first one counts.
 */
export function readTags(record: string): ReadonlyMap<string, string> | undefined {
  const tags = new Map<string, string>();
  for (const [at, text] of record.split(';').entries()) {
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(0, equals)).trim().toLowerCase();
    const value = text.slice(equals + 1).trim();
    if (at === 0 && (name !== 'v' || value !== 'DMARC1')) return undefined;
    if (equals > 0 && !tags.has(name)) tags.set(name, value);
  }
  return tags;
}

export function readPublishedPolicy(domain: string, record: string): PublishedPolicy {
  const tags = readTags(record) ?? new Map<string, string>();
  const p = dispositionOf(tags.get('p')) ?? 'none';
  const sp = dispositionOf(tags.get('sp')) ?? p;
  return {
    domain,
    p,
    sp,
    np: dispositionOf(tags.get('np')) ?? sp,
    adkim: tags.get('adkim')?.toLowerCase() === 's' ? 's' : 'r',
    aspf: tags.get('aspf')?.toLowerCase() === 's' ? 's' : 'r',
    testing: tags.get('t')?.toLowerCase() === 'y',
    fo: tags.get('fo') ?? '0',
  };
}

const DISPOSITIONS: readonly PublishedDisposition[] = ['none', 'quarantine', 'reject'];

export function dispositionOf(text: string | undefined): PublishedDisposition | undefined {
  return DISPOSITIONS.find((known) => known === text?.toLowerCase());
}
