// Names of mail domains: any spelling → the lower-case A-label form that everything behind the grammar compares.
// RFC 5890 §2.3.2, RFC 1123 §2.1, RFC 5321 §4.1.3 (address literals).

import { domainToASCII } from 'node:url';
import { parseIpAddress } from '#base/ip-network.ts';
import { err, ok, type Result } from '#base/result.ts';

export type DomainProblem = 'empty' | 'too-long' | 'not-a-domain-name' | 'not-an-address-literal';

const MAX_NAME_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;

/** A label of a host name. The underscore is in no RFC but in live domains, and Postfix lets it pass. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;

/** `EXAMPLE.com`, `españa.example` → `example.com`, `xn--espaa-rta.example`. */
export function parseDomainName(text: string): Result<string, DomainProblem> {
  if (text === '') return err('empty');
  if (text.length > MAX_NAME_LENGTH) return err('too-long');
  const name = isAscii(text) ? text.toLowerCase() : nameToALabels(text);
  if (name.length > MAX_NAME_LENGTH) return err('too-long');
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  // A last label of digits would make an IPv4 address of it.
  if (!labels.every(isLabel) || /^[0-9]+$/.test(last)) return err('not-a-domain-name');
  return ok(name);
}

/** A domain name, or an address literal in its brackets. */
export function parseMailDomain(text: string): Result<string, DomainProblem> {
  if (!text.startsWith('[')) return parseDomainName(text);
  return isAddressLiteral(text) ? ok(text.toLowerCase().replace('[ipv6:', '[IPv6:')) : err('not-an-address-literal');
}

/** Only for names that are not ASCII: the URL standard's reading of ASCII ones knows `0x7f.1` and `%41`. */
function nameToALabels(text: string): string {
  return /[\x00-\x20%/:?#@[\\\]^|<>\x7f]/.test(text) ? '' : domainToASCII(text);
}

function isAscii(text: string): boolean {
  return !/[^\x00-\x7f]/.test(text);
}

function isLabel(label: string): boolean {
  return label.length <= MAX_LABEL_LENGTH && LABEL.test(label);
}

/**
 *   address-literal      = "[" (IPv4-address-literal / IPv6-address-literal) "]"   ; other tags are registered nowhere
 *   IPv4-address-literal = Snum 3("." Snum)
 *   Snum                 = 1*3DIGIT                                                ; leading zeros are zeros here
 */
export function isAddressLiteral(text: string): boolean {
  if (!text.startsWith('[') || !text.endsWith(']') || text.length > MAX_NAME_LENGTH) return false;
  const address = text.slice(1, -1);
  if (/^ipv6:/i.test(address)) return isIpv6(address.slice('IPv6:'.length));
  const numbers = address.split('.');
  return numbers.length === 4 && numbers.every((number) => /^[0-9]{1,3}$/.test(number) && Number(number) <= 255);
}

function isIpv6(text: string): boolean {
  return text.includes(':') && parseIpAddress(text) !== undefined;
}
