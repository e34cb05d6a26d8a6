// What a zone's own servers have at the names that a domain wants, as records that can be compared and taken away.

import { WorldError } from '#base/world-error.ts';
import { formatCaa } from '#mail/domain-check/certificate-authorities.ts';
import { formatMx } from '#mail/domain-check/mail-exchangers.ts';
import { formatTlsa } from '#mail/domain-check/tlsa.ts';
import { formatService } from '#mail/domain-records/client-records.ts';
import type { SeenRecord } from '#mail/domain-records/publication.ts';
import { formatStrings, formatText, type RecordType } from '#mail/domain-records/published-record.ts';
import type { WantedRecord } from '#mail/domain-records/wanted-record.ts';
import type { DnsRecords } from '#mail/ports/resolver.ts';
import { isOfWildcard } from '#platform/dns/wildcard-answer.ts';
import type { AuthoritativeView } from './authoritative-view.ts';

const FORMATS: { readonly [Type in Exclude<RecordType, 'CNAME' | 'TXT'>]: (record: DnsRecords[Type]) => string } = {
  A: (address) => address,
  AAAA: (address) => address,
  MX: formatMx,
  PTR: (name) => `${name}.`,
  SRV: formatService,
  TLSA: formatTlsa,
  CAA: formatCaa,
};

/** Of each wanted name its records of that type, its alias, and, where an alias is wanted, its addresses. */
export async function findSeenRecords(wanted: readonly WantedRecord[], dns: AuthoritativeView): Promise<SeenRecord[]> {
  const questions = new Map<string, { readonly name: string; readonly type: RecordType }>();
  for (const { name, type } of wanted) {
    for (const each of type === 'CNAME' ? (['CNAME', 'A', 'AAAA', 'TXT'] as const) : ([type, 'CNAME'] as const)) {
      questions.set(`${each} ${name}`, { name, type: each });
    }
  }
  const found = await Promise.all([...questions.values()].map((question) => findRecords(question, dns)));
  return found.flat();
}

async function findRecords(
  { name, type }: { readonly name: string; readonly type: RecordType },
  dns: AuthoritativeView,
): Promise<SeenRecord[]> {
  const alias = await dns.findAlias(name);
  if (type === 'CNAME') {
    if (alias === undefined) return [];
    const isCovered = await isOfWildcard(name, type, [alias], dns);
    return [{ name, type, ttlSeconds: 0, data: `${alias}.`, isCovered }];
  }
  // What stands behind an alias is another name's.
  if (alias !== undefined) return [];
  const answer = await dns.resolve(name, type);
  if (answer.kind === 'failed') {
    throw new WorldError(`look at ${name} ${type} before it is changed: ${answer.reason}`, { transient: true });
  }
  if (answer.kind !== 'found') return [];
  const data =
    type === 'TXT'
      ? ((await dns.findStrings(name))?.map(formatStrings) ?? answer.records.map((text) => formatText(String(text))))
      : answer.records.map(FORMATS[type] as (record: unknown) => string);
  const isCovered = await isOfWildcard(name, type, answer.records, dns);
  return data.map((each) => ({ name, type, ttlSeconds: 0, data: each, isCovered }));
}
