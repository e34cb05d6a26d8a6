// The text of an SPF record → its terms. RFC 7208 §4.6.1, §5, §6, §12.
//
//   record    = version terms *SP
//   version   = "v=spf1"
//   terms     = *( 1*SP ( directive / modifier ) )
//   directive = [ qualifier ] mechanism
//   qualifier = "+" / "-" / "?" / "~"
//   modifier  = redirect / explanation / unknown-modifier

import { type IpNetwork, parseIpNetwork } from '#base/ip-network.ts';
import { err, ok, type Result } from '#base/result.ts';

export type SpfQualifier = '+' | '-' | '?' | '~';

export type SpfTerm =
  | { readonly kind: 'all'; readonly qualifier: SpfQualifier }
  | { readonly kind: 'network'; readonly qualifier: SpfQualifier; readonly network: IpNetwork }
  | { readonly kind: 'include'; readonly qualifier: SpfQualifier; readonly domain: string }
  | {
      readonly kind: 'a' | 'mx';
      readonly qualifier: SpfQualifier;
      /** `undefined`: the domain itself. */
      readonly domain: string | undefined;
      readonly prefixBits4: number;
      readonly prefixBits6: number;
    }
  /** What hangs on the sender or on the client's name cannot be followed from here. */
  | { readonly kind: 'exists' | 'ptr'; readonly qualifier: SpfQualifier; readonly domain: string | undefined }
  | { readonly kind: 'redirect'; readonly domain: string }
  | { readonly kind: 'other' };

/** No record of 64 KiB has as many. */
const MOST_TERMS = 500;
const QUALIFIERS = '+-?~';

/** A text that begins in another way, with a blank for example, is none to anybody. RFC 7208 §4.5. */
export function isSpfRecord(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/** `text` is one by its beginning; the error is the term that is wrong. */
export function parseSpfRecord(text: string): Result<readonly SpfTerm[], string> {
  const [, ...words] = text.trim().split(/ +/);
  if (words.length > MOST_TERMS) return err('…');
  const terms: SpfTerm[] = [];
  for (const word of words) {
    const term = parseTerm(word);
    if (term === undefined) return err(word);
    terms.push(term);
  }
  const modifiers = terms.filter(({ kind }) => kind === 'redirect');
  return modifiers.length > 1 ? err('redirect=') : ok(terms);
}

function parseTerm(word: string): SpfTerm | undefined {
  const [, name = '', value = ''] = /^([A-Za-z][A-Za-z0-9_.-]*)=(.*)$/.exec(word) ?? [];
  if (name.toLowerCase() === 'redirect') return value === '' ? undefined : { kind: 'redirect', domain: value };
  if (name !== '') return { kind: 'other' };
  const isQualified = QUALIFIERS.includes(word[0] ?? ' ');
  const qualifier = (isQualified ? word[0] : '+') as SpfQualifier;
  return parseMechanism(qualifier, isQualified ? word.slice(1) : word);
}

function parseMechanism(qualifier: SpfQualifier, text: string): SpfTerm | undefined {
  const { name: written, argument, prefixes } = splitMechanism(text);
  switch (written.toLowerCase()) {
    case 'all':
      return argument === undefined && prefixes === '' ? { kind: 'all', qualifier } : undefined;
    case 'ip4':
    case 'ip6':
      return parseNetwork(qualifier, written.toLowerCase(), text.slice(written.length + 1));
    case 'include':
      return argument && prefixes === '' ? { kind: 'include', qualifier, domain: argument } : undefined;
    case 'a':
    case 'mx':
      return parseHosts(qualifier, written.toLowerCase() as 'a' | 'mx', argument, prefixes);
    case 'exists':
      return argument ? { kind: 'exists', qualifier, domain: argument } : undefined;
    case 'ptr':
      return argument === '' ? undefined : { kind: 'ptr', qualifier, domain: argument };
    default:
      return undefined;
  }
}

/** `name [ ":" domain-spec ] [ "/" lengths ]`; within the braces of a macro a slash divides nothing. */
function splitMechanism(text: string) {
  let depth = 0;
  let slash = text.length;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '{') depth++;
    if (sign === '}') depth--;
    if (sign !== '/' || depth > 0) continue;
    slash = at;
    break;
  }
  const head = text.slice(0, slash);
  const colon = head.indexOf(':');
  const name = colon === -1 ? head : head.slice(0, colon);
  return { name, argument: colon === -1 ? undefined : head.slice(colon + 1), prefixes: text.slice(slash) };
}

/** Bits behind the prefix may be set here. */
function parseNetwork(qualifier: SpfQualifier, name: string, text: string): SpfTerm | undefined {
  const [address = '', prefix, ...more] = text.split('/');
  const parsed = parseIpNetwork(address);
  if (!parsed.ok || address.includes(':') !== (name === 'ip6')) return undefined;
  const mostBits = name === 'ip6' ? 128 : 32;
  const bits = prefix === undefined ? mostBits : /^[0-9]{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (!(bits <= mostBits) || more.length > 0) return undefined;
  return { kind: 'network', qualifier, network: { octets: maskOctets(parsed.value.octets, bits), prefixBits: bits } };
}

/** dual-cidr-length = [ "/" bits ] [ "//" bits ] */
function parseHosts(
  qualifier: SpfQualifier,
  kind: 'a' | 'mx',
  domain: string | undefined,
  prefixes: string,
): SpfTerm | undefined {
  const [, four, six] = /^(?:\/([0-9]{1,2}))?(?:\/\/([0-9]{1,3}))?$/.exec(prefixes) ?? [];
  const isWhole = prefixes === `${four === undefined ? '' : `/${four}`}${six === undefined ? '' : `//${six}`}`;
  const [prefixBits4, prefixBits6] = [Number(four ?? 32), Number(six ?? 128)];
  if (!isWhole || domain === '' || prefixBits4 > 32 || prefixBits6 > 128) return undefined;
  return { kind, qualifier, domain, prefixBits4, prefixBits6 };
}

/** With zeros behind the prefix. */
export function maskOctets(octets: Buffer, bits: number): Buffer {
  return Buffer.from(octets.map((octet, at) => octet & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * at))) & 0xff));
}
