// Names of hosts and domains, and addresses in brackets. RFC 5321 §4.1.2, §4.1.3, RFC 6531 §3.3, RFC 5891 §4.

import { domainToASCII } from 'node:url';

const DOMAIN_OCTETS = 255;
const NON_ASCII = /[^\x00-\x7f]/;

// Domain         = sub-domain *("." sub-domain)
// sub-domain     = Let-dig [Ldh-str]            ; RFC 6531: / U-label
// Let-dig        = ALPHA / DIGIT
// Ldh-str        = *( ALPHA / DIGIT / "-" ) Let-dig
//
// An underscore is let through inside: such names exist, and only whoever looks them up can tell.
const SUB_DOMAIN = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** The lower-case A-label form, or `undefined` where it is no name. */
export function parseDomain(text: string): string | undefined {
  const domain = NON_ASCII.test(text) ? domainToASCII(text) : text.toLowerCase();
  if (domain.length === 0 || domain.length > DOMAIN_OCTETS) return undefined;
  return domain.split('.').every((label) => SUB_DOMAIN.test(label)) ? domain : undefined;
}

// address-literal      = "[" ( IPv4-address-literal / IPv6-address-literal / General-address-literal ) "]"
// IPv6-address-literal = "IPv6:" IPv6-addr
//
// A General-address-literal needs a registered tag, and there is none but IPv6.
/** With its brackets, in one spelling; `undefined` where it is no address. */
export function parseAddressLiteral(text: string): string | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  const inner = text.slice(1, -1);
  if (/^ipv6:/i.test(inner)) {
    const address = inner.slice(5).toLowerCase();
    return isIpv6(address) ? `[IPv6:${address}]` : undefined;
  }
  return isIpv4(inner) ? `[${inner}]` : undefined;
}

// IPv4-address-literal = Snum 3("." Snum)
// Snum                 = 1*3DIGIT    ; 0 to 255
function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

// IPv6-full   = IPv6-hex 7(":" IPv6-hex)
// IPv6-comp   = [IPv6-hex *5(":" IPv6-hex)] "::" [IPv6-hex *5(":" IPv6-hex)]
// IPv6v4-full = IPv6-hex 5(":" IPv6-hex) ":" IPv4-address-literal
// IPv6v4-comp = [IPv6-hex *3(":" IPv6-hex)] "::" [IPv6-hex *3(":" IPv6-hex) ":"] IPv4-address-literal
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? [];
  const withIpv4 = last.at(-1)?.includes('.') ?? false;
  if (withIpv4 && !isIpv4(last.pop() ?? '')) return false;
  const count = groups.reduce((sum, half) => sum + half.length, withIpv4 ? 2 : 0);
  const fits = halves.length === 2 ? count <= 7 : count === 8;
  return fits && groups.flat().every((group) => /^[0-9a-f]{1,4}$/.test(group));
}
