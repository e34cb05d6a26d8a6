// The TLSA records of one mail server, by a resolver that validates. They count only where the way to them is proven: the
// server's addresses first, then the records themselves. RFC 7672 §2.1, §2.2.

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
  if (!server.hasProvenAddress) return { kind: 'absent', why: 'non DNSSEC destination' };
  for (const base of new Set([server.canonicalName, server.name])) {
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
