// The record in the DNS that tells everybody the public key. RFC 6376 §3.6.1, §3.6.2.2; RFC 8463 §4.
//
//   SELECTOR._domainkey.DOMAIN. IN TXT "v=DKIM1; k=rsa; p=…"

import { unreachable } from '#base/unreachable.ts';
import type { SigningAlgorithm } from './algorithm.ts';

export interface PublishedKey {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: SigningAlgorithm;
  /** RSA: the SubjectPublicKeyInfo; Ed25519: its 32 octets. Base64. `` says that the key is revoked. */
  readonly publicKey: string;
}

/** Octets of one character-string. RFC 1035 §3.3.14. */
const LONGEST_STRING = 255;

export function keyRecordName({ domain, selector }: Pick<PublishedKey, 'domain' | 'selector'>): string {
  return `${selector}._domainkey.${domain}`;
}

export function formatKeyRecord({ algorithm, publicKey }: Pick<PublishedKey, 'algorithm' | 'publicKey'>): string {
  return `v=DKIM1; k=${keyTypeOf(algorithm)}; p=${publicKey}`;
}

/** As name servers take it; readers join them without anything between. */
export function splitIntoStrings(text: string): readonly string[] {
  const strings: string[] = [];
  for (let at = 0; at < text.length; at += LONGEST_STRING) strings.push(text.slice(at, at + LONGEST_STRING));
  return strings;
}

/** A line, or some in parentheses, for a zone file. RFC 1035 §5.1. */
export function formatZoneLine(key: PublishedKey): string {
  const strings = splitIntoStrings(formatKeyRecord(key)).map((text) => `"${text}"`);
  const [only = ''] = strings;
  const data = strings.length === 1 ? only : `(\n\t${strings.join('\n\t')} )`;
  return `${keyRecordName(key)}. IN TXT ${data}`;
}

export interface ReadKeyRecord {
  /** k=; RSA where it is not said. */
  readonly keyType: string;
  /** h=: the hashes that may be used with it; `undefined`: any. */
  readonly hashes: readonly string[] | undefined;
  /** Without blanks; `` where the key is revoked. */
  readonly publicKey: string;
}

/**
 *     key-record = tag-list, with v= first where it is there at all
 *
 * `undefined`: text of another kind at the same name. RFC 6376 §3.6.1.
 */
export function parseKeyRecord(text: string): ReadKeyRecord | undefined {
  const tags = new Map<string, string>();
  for (const spec of text.split(';')) {
    const equals = spec.indexOf('=');
    const name = spec.slice(0, equals).trim();
    if (equals === -1 ? spec.trim() !== '' : name === '' || tags.has(name)) return undefined;
    if (equals !== -1) tags.set(name, spec.slice(equals + 1).replace(/[ \t\r\n]/g, ''));
  }
  const publicKey = tags.get('p');
  if (publicKey === undefined || (tags.get('v') ?? 'DKIM1') !== 'DKIM1') return undefined;
  return { keyType: tags.get('k') ?? 'rsa', hashes: tags.get('h')?.split(':'), publicKey };
}

/** Everybody who reads it gets what signatures by this key are verified with. */
export function isRecordOf(record: ReadKeyRecord, key: Pick<PublishedKey, 'algorithm' | 'publicKey'>): boolean {
  const { keyType, hashes, publicKey } = record;
  return keyType === keyTypeOf(key.algorithm) && hashes?.includes('sha256') !== false && publicKey === key.publicKey;
}

function keyTypeOf(algorithm: SigningAlgorithm): 'rsa' | 'ed25519' {
  switch (algorithm) {
    case 'rsa-sha256':
      return 'rsa';
    case 'ed25519-sha256':
      return 'ed25519';
    default:
      return unreachable(algorithm);
  }
}
