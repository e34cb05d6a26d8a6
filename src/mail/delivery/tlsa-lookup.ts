// The TLSA records of one mail server, by a resolver that validates. They count only where the way to them is proven: the
// server's addresses first, or that its name is an alias; then the records themselves. RFC 7672 §2.1, §2.2.

import type { Resolver, TlsaRecord } from '#mail/ports/resolver.ts';
import { usableTlsaRecords } from './dane.ts';

export type TlsaFinding =
  /** DANE says nothing of this server. */
  | { readonly kind: 'absent'; readonly why: string }
  /** There are records, and none that can be matched. */
  | { readonly kind: 'unusable'; readonly base: string; readonly records: readonly TlsaRecord[] }
  | { readonly kind: 'usable'; readonly base: string; readonly records: readonly TlsaRecord[] }
  /** Somebody may have kept the answer from us: this server is not talked to now. RFC 7672 §2.1.2. */
  | { readonly kind: 'failed'; readonly text: string };

export interface TlsaSubject {
  readonly name: string;
  /** What the name leads to by CNAME; it is asked about first. RFC 7672 §2.1.3. */
  readonly canonicalName: string;
  readonly port: number;
  readonly hasProvenAddress: boolean;
}

export async function findTlsa(resolver: Resolver, server: TlsaSubject): Promise<TlsaFinding> {
  const bases = await provenBases(resolver, server);
  if ('kind' in bases) return bases;
  for (const base of bases) {
    const answer = await resolver.resolve(`_${server.port}._tcp.${base}`, 'TLSA');
    if (answer.kind === 'failed') {
      return { kind: 'failed', text: `TLSA lookup error for ${server.name}:${server.port} (${answer.reason})` };
    }
    if (answer.kind !== 'found' || !answer.isAuthenticated) continue;
    const usable = usableTlsaRecords(answer.records);
    if (usable.length > 0) return { kind: 'usable', base, records: usable };
    return { kind: 'unusable', base, records: answer.records };
  }
  return { kind: 'absent', why: 'no TLSA records found' };
}

/**
 * The names that may have records. An alias of a signed zone that leads into an unsigned one has them under its own name alone:
 * what the unsigned zone says of addresses does not matter, for the records say whom to believe. RFC 7672 §2.2.2.
 */
async function provenBases(resolver: Resolver, server: TlsaSubject): Promise<ReadonlySet<string> | TlsaFinding> {
  const { name, canonicalName, hasProvenAddress } = server;
  if (hasProvenAddress) return new Set([canonicalName, name]);
  if (canonicalName !== name) {
    const link = await resolver.resolve(name, 'CNAME');
    if (link.kind === 'failed') {
      return { kind: 'failed', text: `DNSSEC status lookup error for ${name} (${link.reason})` };
    }
    if (link.kind === 'found' && link.isAuthenticated) return new Set([name]);
  }
  return { kind: 'absent', why: 'non DNSSEC destination' };
}
