// IP addresses as octets, and networks of them as people write them: `192.0.2.0/24`, `2001:db8::/32`, Postfix's
// `[::1]/128`, or one address alone. RFC 4632 §3.1, RFC 4291 §2.2, §2.3.

import { type Mistake, mistake } from './mistakes/mistake.ts';
import { err, ok, type Result } from './result.ts';

export interface IpNetwork {
  /** Four octets or sixteen. */
  readonly octets: Buffer;
  readonly prefixBits: number;
}

const IPV4_OCTETS = 4;
const IPV6_OCTETS = 16;
const LONGEST_ADDRESS_CHARS = 45;
const DECIMAL_OCTET = /^(?:0|[1-9][0-9]{0,2})$/;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const GROUP = /^[0-9a-fA-F]{1,4}$/;
const IPV4_IN_IPV6 = Buffer.from('00000000000000000000ffff', 'hex');

/** Four octets, sixteen, or `undefined`; an IPv4 address within IPv6 (`::ffff:192.0.2.1`) is the IPv4 address. */
export function parseIpAddress(text: string): Buffer | undefined {
  if (text.length > LONGEST_ADDRESS_CHARS) return undefined;
  const octets = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  const mapped = octets?.length === IPV6_OCTETS && octets.subarray(0, IPV4_IN_IPV6.length).equals(IPV4_IN_IPV6);
  return mapped ? octets.subarray(IPV4_IN_IPV6.length) : octets;
}

// dotted-quad = octet "." octet "." octet "." octet          ; without leading zeros: some read those as octal
function parseIpv4(text: string): Buffer | undefined {
  const octets = Buffer.allocUnsafe(IPV4_OCTETS);
  let filled = 0;
  let value = 0;
  let digits = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT;
    if (code === DOT) {
      if (digits === 0 || filled === IPV4_OCTETS) return undefined;
      octets[filled++] = value;
      value = digits = 0;
    } else {
      const hasLeadingZero = digits > 0 && value === 0;
      if (code < ZERO || code > NINE || hasLeadingZero) return undefined;
      value = value * 10 + code - ZERO;
      digits += 1;
      if (value > 255) return undefined;
    }
  }
  return filled === IPV4_OCTETS ? octets : undefined;
}

// Groups of up to four hexadecimal digits between colons; once, `::` stands for zeros; the last two groups may be a
// dotted quad.
function parseIpv6(text: string): Buffer | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [front, back] = halves.map((half, i) => parseGroups(half, i === halves.length - 1));
  if (front === undefined || (halves.length === 2 && back === undefined)) return undefined;
  const zeros = IPV6_OCTETS - front.length - (back?.length ?? 0);
  if (halves.length === 1 ? zeros !== 0 : zeros < 2) return undefined;
  return Buffer.from([...front, ...Array.from({ length: zeros }, () => 0), ...(back ?? [])]);
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    const quad = mayEndInIpv4 && i === groups.length - 1 && group.includes('.') ? parseIpv4(group) : undefined;
    if (quad !== undefined) octets.push(...quad);
    else if (GROUP.test(group)) octets.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return octets;
}

export function parseIpNetwork(text: string): Result<IpNetwork, Mistake> {
  const wrong = { text: JSON.stringify(text) };
  const [address = '', prefix, ...more] = text.split('/');
  const octets = parseIpAddress(address.replace(/^\[(.*)\]$/, '$1'));
  if (octets === undefined || more.length > 0) return err(mistake('network-malformed', wrong));
  const mostBits = octets.length * 8;
  if (prefix === undefined) return ok({ octets, prefixBits: mostBits });
  // `::ffff:127.0.0.0/104` is written as IPv6 and means 127.0.0.0/8.
  const unseenBits = octets.length === IPV4_OCTETS && address.includes(':') ? IPV4_IN_IPV6.length * 8 : 0;
  const prefixBits = DECIMAL_OCTET.test(prefix) ? Number(prefix) - unseenBits : Number.NaN;
  if (!(prefixBits >= 0 && prefixBits <= mostBits)) return err(mistake('network-prefix', { ...wrong, most: mostBits }));
  if (!isZeroBehind(octets, prefixBits)) return err(mistake('network-bits', wrong));
  return ok({ octets, prefixBits });
}

/** Of texts that were examined before: what is no network is left out. */
export function parseIpNetworks(texts: readonly string[] = []): readonly IpNetwork[] {
  return texts.map(parseIpNetwork).flatMap((parsed) => (parsed.ok ? [parsed.value] : []));
}

export function isInNetwork(address: Buffer, { octets, prefixBits }: IpNetwork): boolean {
  if (address.length !== octets.length) return false;
  const whole = prefixBits >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== octets[i]) return false;
  const mask = 0xff00 >> (prefixBits & 7);
  return prefixBits === octets.length * 8 || (((address[whole] ?? 0) ^ (octets[whole] ?? 0)) & mask & 0xff) === 0;
}

export function isInAnyNetwork(address: string, networks: readonly IpNetwork[]): boolean {
  if (networks.length === 0) return false;
  const octets = parseIpAddress(address);
  return octets !== undefined && networks.some((network) => isInNetwork(octets, network));
}

function isZeroBehind(octets: Buffer, prefixBits: number): boolean {
  return octets.every((octet, i) => {
    const kept = Math.min(8, Math.max(0, prefixBits - i * 8));
    return (octet & (0xff >> kept)) === 0;
  });
}
