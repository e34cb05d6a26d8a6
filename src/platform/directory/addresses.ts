// Addresses as an administrator types them and as the directory keeps them. The domain is a lower-case A-label name
// (RFC 5890 §2.3.2.1); the local part is composed (NFC) and, for looking up, in ASCII lower case: RFC 5321 §2.4 lets
// the host that owns a mailbox say what its case means.
//   Mailbox = Local-part "@" Domain      Local-part = Dot-string / Quoted-string      RFC 5321 §4.1.2

import { domainToASCII } from 'node:url';
import { err, ok, type Result } from '#base/result.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';

/** RFC 5321 §4.5.3.1.1 and §4.5.3.1.2. */
const MOST_LOCAL_PART_OCTETS = 64;
const MOST_DOMAIN_OCTETS = 253;

const DOT_STRING = /^[^\s"(),.:;<>@[\\\]\x00-\x1f\x7f-\x9f]+(?:\.[^\s"(),.:;<>@[\\\]\x00-\x1f\x7f-\x9f]+)*$/u;
const QUOTED_STRING = /^"(?:[^"\\\x00-\x1f\x7f-\x9f]|\\[\x20-\x7e])*"$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/;

export type AddressFault = 'no-domain' | 'malformed-local-part' | 'malformed-domain';

export function parseAddress(text: string): Result<AddrSpec, AddressFault> {
  const at = text.lastIndexOf('@');
  if (at < 0) return err('no-domain');
  const localPart = parseLocalPart(text.slice(0, at));
  if (localPart === undefined) return err('malformed-local-part');
  const domain = parseDomain(text.slice(at + 1));
  return domain === undefined ? err('malformed-domain') : ok({ localPart, domain });
}

/** `España.example.` → `xn--espaa-rta.example` */
export function parseDomain(text: string): string | undefined {
  if (text.length > MOST_DOMAIN_OCTETS || /[^\p{L}\p{M}\p{N}._-]/u.test(text)) return undefined;
  const name = domainToASCII(text.replace(/\.$/, ''));
  const labels = name.split('.');
  const wellFormed = name.length <= MOST_DOMAIN_OCTETS && labels.every((label) => LABEL.test(label));
  return wellFormed && !/^\d+$/.test(labels.at(-1) ?? '') ? name : undefined;
}

/** The one text under which an address is stored and found. */
export function foldAddress(address: AddrSpec): string {
  return formatAddrSpec({ localPart: foldLocalPart(address.localPart), domain: address.domain.toLowerCase() });
}

export function foldLocalPart(localPart: string): string {
  return localPart.normalize('NFC').replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** `user+detail` at the first delimiter; `undefined` where there is none, or nothing before it. RFC 5233 §2. */
export function splitDetail(localPart: string, delimiter: string): { base: string; detail: string } | undefined {
  const place = delimiter === '' ? -1 : localPart.indexOf(delimiter);
  if (place <= 0) return undefined;
  return { base: localPart.slice(0, place), detail: localPart.slice(place + delimiter.length) };
}

function parseLocalPart(text: string): string | undefined {
  if (!text.isWellFormed() || Buffer.byteLength(text) > MOST_LOCAL_PART_OCTETS) return undefined;
  if (DOT_STRING.test(text)) return text.normalize('NFC');
  if (!QUOTED_STRING.test(text) || text === '""') return undefined;
  return text.slice(1, -1).replace(/\\(.)/g, '$1').normalize('NFC');
}
