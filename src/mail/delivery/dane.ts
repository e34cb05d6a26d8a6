// TLSA records against the certificates that a server showed. RFC 6698 §2.1, RFC 7671 §5, §9 (the strongest digest counts),
// RFC 7672 §3.1.3 (PKIX usages are of no use between mail servers), §3.2 (what names are looked at).

import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { TlsaRecord } from '#mail/ports/resolver.ts';

/** DANE-TA: some authority that the domain names; DANE-EE: the server's own key, whatever its certificate says besides. */
const USAGE = { authority: 2, server: 3 } as const;
const SELECTOR = { certificate: 0, publicKey: 1 } as const;
const WHOLE = 0;

/** Matching types, the strongest first. */
const DIGESTS: readonly { readonly type: number; readonly name: string; readonly octets: number }[] = [
  { type: 2, name: 'sha512', octets: 64 },
  { type: 1, name: 'sha256', octets: 32 },
];

export type DaneMatch =
  | { readonly kind: 'server' | 'authority' }
  | { readonly kind: 'mismatch' }
  /** The authority is the right one, and the certificate is for another name, or of another time. */
  | { readonly kind: 'wrong-name' | 'expired' };

/** Those that can be matched; of several digests of one thing the strongest. Empty: the records are of no use. */
export function usableTlsaRecords(records: readonly TlsaRecord[]): readonly TlsaRecord[] {
  const understood = records.filter(isUnderstood);
  return understood.filter((record) => !understood.some((other) => isStrongerOf(other, record)));
}

/** Both are digests of the same thing. Whole certificates and keys stand for themselves. */
function isStrongerOf(other: TlsaRecord, record: TlsaRecord): boolean {
  if (other.usage !== record.usage || other.selector !== record.selector) return false;
  const [rank, otherRank] = [rankOf(record), rankOf(other)];
  return rank !== undefined && otherRank !== undefined && otherRank < rank;
}

/** As zone files write it: `3 1 1 0123…`. */
export function formatTlsa({ usage, selector, matchingType, data }: TlsaRecord): string {
  return `${usage} ${selector} ${matchingType} ${data.toString('hex')}`;
}

/**
 * `chain` is what the server showed, in DER, its own certificate first. `isNameWanted` judges the names of the latter; it is
 * asked only where an authority vouches for them.
 */
export function matchTlsa(
  records: readonly TlsaRecord[],
  chain: readonly Buffer[],
  isNameWanted: () => boolean,
  nowMs: number,
): DaneMatch {
  const certificates = chain.flatMap((octets) => readCertificate(octets) ?? []);
  const [own] = certificates;
  if (own === undefined) return { kind: 'mismatch' };
  if (records.some((record) => record.usage === USAGE.server && isMatched(record, own))) return { kind: 'server' };
  const authorities = records.filter(({ usage }) => usage === USAGE.authority);
  const path = findPath(certificates, authorities);
  if (path === undefined) return { kind: 'mismatch' };
  if (!path.every((certificate) => isOfToday(certificate, nowMs))) return { kind: 'expired' };
  return { kind: isNameWanted() ? 'authority' : 'wrong-name' };
}

function isUnderstood({ usage, selector, matchingType, data }: TlsaRecord): boolean {
  if (usage !== USAGE.authority && usage !== USAGE.server) return false;
  if (selector !== SELECTOR.certificate && selector !== SELECTOR.publicKey) return false;
  if (matchingType !== WHOLE)
    return DIGESTS.some(({ type, octets }) => type === matchingType && data.length === octets);
  return (selector === SELECTOR.certificate ? readCertificate(data) : readPublicKey(data)) !== undefined;
}

function rankOf({ matchingType }: TlsaRecord): number | undefined {
  const rank = DIGESTS.findIndex(({ type }) => type === matchingType);
  return rank === -1 ? undefined : rank;
}

function isMatched({ selector, matchingType, data }: TlsaRecord, certificate: X509Certificate): boolean {
  const octets = selector === SELECTOR.certificate ? certificate.raw : publicKeyOctets(certificate);
  const digest = DIGESTS.find(({ type }) => type === matchingType);
  return data.equals(digest === undefined ? octets : createHash(digest.name).update(octets).digest());
}

/**
 * The certificates from the server's own up to one that a record names, each signed by the next; the named authority itself
 * is not among them where only its record, and not the server, brings it along.
 */
function findPath(
  [own, ...above]: readonly X509Certificate[],
  authorities: readonly TlsaRecord[],
): readonly X509Certificate[] | undefined {
  if (own === undefined) return undefined;
  const path = [own];
  for (let last = own; ; ) {
    if (authorities.some((record) => hasSigned(record, last))) return path;
    const issuer = above[path.length - 1];
    if (issuer === undefined || !issuer.ca || !last.checkIssued(issuer) || !isSignedBy(last, issuer.publicKey))
      return undefined;
    path.push(issuer);
    if (authorities.some((record) => isMatched(record, issuer))) return path;
    last = issuer;
  }
}

/** By the whole authority, or its whole key, that stands in the record. RFC 7671 §5.2.2. */
function hasSigned({ selector, matchingType, data }: TlsaRecord, certificate: X509Certificate): boolean {
  if (matchingType !== WHOLE) return false;
  if (selector === SELECTOR.publicKey) {
    const key = readPublicKey(data);
    return key !== undefined && isSignedBy(certificate, key);
  }
  const authority = readCertificate(data);
  return authority?.ca === true && certificate.checkIssued(authority) && isSignedBy(certificate, authority.publicKey);
}

/** A key of another kind than the signature is no error worth more than a no. */
function isSignedBy(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.verify(key);
  } catch {
    return false;
  }
}

function isOfToday({ validFromDate, validToDate }: X509Certificate, nowMs: number): boolean {
  return validFromDate.getTime() <= nowMs && nowMs <= validToDate.getTime();
}

function publicKeyOctets({ publicKey }: X509Certificate): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function readCertificate(octets: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(octets);
  } catch {
    return undefined;
  }
}

function readPublicKey(octets: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: octets, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
