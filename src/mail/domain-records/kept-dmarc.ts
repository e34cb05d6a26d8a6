// Our DMARC record in place of one that is there: what is stricter there stays, and so do the addresses of others, and all that
// ours does not speak of. RFC 7489 §6.3, RFC 9989 §4.7.

import type { PublishedDisposition } from '#mail/reports/aggregate-report.ts';
import { dispositionOf, readPublishedPolicy, readTags } from '#mail/reports/policy-record.ts';
import { readReportUris } from '#mail/reports/report-uri.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';

type Tags = ReadonlyMap<string, string>;

const ADDRESS_TAGS: readonly string[] = ['rua', 'ruf'];
const STRICTNESS: readonly PublishedDisposition[] = ['none', 'quarantine', 'reject'];

/** `there`: records of DMARC. Where ours has nothing to add, one of them as it stands. */
export function keepDmarc(ours: string, there: readonly string[]): string {
  return there.reduce(joinRecords, ours);
}

/** What `text`, made by `keepDmarc`, has of them and not of ours. */
export function findKept(text: string, ours: string, there: readonly string[]): readonly string[] {
  const own = tagsOf(ours);
  const others = there.map(tagsOf);
  return [...tagsOf(text)].flatMap(([tag, value]) => {
    if (ADDRESS_TAGS.includes(tag)) return keptAddresses(tag, value, own);
    const wasThere = others.some((tags) => tags.get(tag)?.toLowerCase() === value.toLowerCase());
    return wasThere && own.get(tag) !== value ? [`${tag}=${value}`] : [];
  });
}

function joinRecords(ours: string, there: string): string {
  const [own, others] = [tagsOf(ours), tagsOf(there)];
  const [wanted, before] = [readPublishedPolicy('', ours), readPublishedPolicy('', there)];
  const tags = new Map([...own, ...others].filter(([, value]) => /^[ -~]*$/.test(value)));
  tags.set('p', stricter(wanted.p, before.p));
  setPolicy(tags, 'sp', stricter(wanted.sp, before.sp), tags.get('p'));
  setPolicy(tags, 'np', stricter(wanted.np, before.np), tags.get('sp') ?? tags.get('p'));
  // They make a policy weaker, and it is now ours. RFC 7489 §6.6.4, RFC 9989 §4.7.
  if (wanted.p !== 'none' && STRICTNESS.indexOf(before.p) <= STRICTNESS.indexOf(wanted.p)) {
    for (const weaker of ['pct', 't']) if (!own.has(weaker)) tags.delete(weaker);
  }
  for (const tag of ADDRESS_TAGS) setAddresses(tags, tag, own, others);
  return isSame(tags, others) ? there : [...tags].map(([tag, value]) => `${tag}=${value}`).join('; ');
}

function setPolicy(tags: Map<string, string>, tag: string, policy: string, byDefault: string | undefined): void {
  const written = dispositionOf(tags.get(tag));
  if (written === undefined) tags.delete(tag);
  if ((written ?? byDefault) !== policy) tags.set(tag, policy);
}

/** Ours first: some report to two addresses only. What nobody can read is left out: some take the whole record for void. */
function setAddresses(tags: Map<string, string>, tag: string, own: Tags, others: Tags): void {
  const [ours, there] = [own, others].map((each) => readableUris(each.get(tag)));
  const missing = ours?.filter((uri) => !there?.some((other) => isSameAddress(uri, other))) ?? [];
  const uris = [...missing, ...(there ?? [])];
  if (uris.length === 0) tags.delete(tag);
  else if (missing.length > 0 || uris.length !== others.get(tag)?.split(',').length) tags.set(tag, uris.join(','));
}

function keptAddresses(tag: string, list: string, own: Tags): string[] {
  const ours = readableUris(own.get(tag));
  const foreign = readableUris(list).filter((uri) => !ours.some((other) => isSameAddress(uri, other)));
  return foreign.length === 0 ? [] : [`${tag}=${foreign.join(',')}`];
}

function readableUris(list = ''): string[] {
  const uris = list.split(',').map((uri) => uri.trim());
  return uris.filter((uri) => /^[ -~]*$/.test(uri) && readReportUris(uri).length > 0);
}

function isSameAddress(one: string, other: string): boolean {
  const [a, b] = [one, other].map((uri) => readReportUris(uri).map(({ address }) => formatAddrSpec(address)));
  return a?.[0]?.toLowerCase() === b?.[0]?.toLowerCase();
}

function isSame(one: Tags, other: Tags): boolean {
  const written = [...other].every(([tag, value]) => one.get(tag)?.toLowerCase() === value.toLowerCase());
  return written && one.size === other.size;
}

function stricter(one: PublishedDisposition, other: PublishedDisposition): PublishedDisposition {
  return STRICTNESS.indexOf(one) > STRICTNESS.indexOf(other) ? one : other;
}

function tagsOf(record: string): Tags {
  return readTags(record) ?? new Map<string, string>();
}
