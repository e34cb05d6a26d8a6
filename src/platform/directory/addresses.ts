// Addresses as the directory keeps them. The local part is composed (NFC) and, for looking up, in ASCII lower case:
// RFC 5321 §2.4 lets the host that owns a mailbox say what its case means. The domain is a lower-case A-label name.

import { err, ok, type Result } from '#base/result.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import { parseMailbox } from '#protocols/smtp/grammar/mailbox.ts';

/** RFC 5321 §4.5.3.1.1: what every other server must be able to send to. */
const MOST_LOCAL_PART_OCTETS = 64;
/** Nothing that a person cannot see, or that turns the direction of what follows. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

export function parseAddress(text: string): Result<AddrSpec, 'malformed'> {
  const address = text.isWellFormed() ? parseMailbox(text) : undefined;
  if (address === undefined) return err('malformed');
  return ok({ localPart: address.localPart.normalize('NFC'), domain: address.domain.toLowerCase() });
}

/** Fit to be somebody's here: stricter than what may stand in an envelope. */
export function isAssignable({ localPart }: AddrSpec): boolean {
  return Buffer.byteLength(localPart) <= MOST_LOCAL_PART_OCTETS && !INVISIBLE.test(localPart);
}

/** `España.example.` → `xn--espaa-rta.example` */
export function parseDomain(text: string): string | undefined {
  const name = parseDomainName(text.replace(/\.$/, ''));
  return name.ok ? name.value : undefined;
}

/** The one text under which an address is stored and found. */
export function foldAddress(address: AddrSpec): string {
  return formatAddrSpec({ localPart: foldLocalPart(address.localPart), domain: address.domain.toLowerCase() });
}

export function foldLocalPart(localPart: string): string {
  return localPart.normalize('NFC').replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** `user+detail` at the first of the delimiters; `undefined` where there is none, or nothing before it. RFC 5233 §2. */
export function splitDetail(localPart: string, delimiters: string): { base: string; detail: string } | undefined {
  let place = 0;
  while (place < localPart.length && !delimiters.includes(localPart.charAt(place))) place++;
  if (place === 0 || place === localPart.length) return undefined;
  return { base: localPart.slice(0, place), detail: localPart.slice(place + 1) };
}
