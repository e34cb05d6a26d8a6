// The PROXY header that stands before everything else on a connection that a proxy hands on, versions 1 and 2, of
// HAProxy's «The PROXY protocol» (2020/03/05): who the client of the proxy is. Octets go in as they have come so far.

import { parseIpAddress } from '#base/ip-network.ts';

export interface ProxyAddresses {
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
}

export type ProxyHeader =
  /** What is there may be the beginning of a header. */
  | { readonly kind: 'incomplete' }
  /** `addresses`: none where the proxy speaks for itself (a health check), or does not know. */
  | { readonly kind: 'header'; readonly octets: number; readonly addresses: ProxyAddresses | undefined }
  | { readonly kind: 'malformed' };

/** §2.1: the longest line of version 1, CRLF included. */
export const LONGEST_V1_OCTETS = 107;
/** Of version 2: its 16 octets, and what follows; the addresses take 36, the rest is for extensions (TLVs). */
export const LONGEST_V2_OCTETS = 16 + 2_048;

const INCOMPLETE: ProxyHeader = { kind: 'incomplete' };
const MALFORMED: ProxyHeader = { kind: 'malformed' };

const V1_START = Buffer.from('PROXY ', 'latin1');
const V2_START = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

export function readProxyHeader(octets: Buffer): ProxyHeader {
  if (beginsAs(octets, V2_START)) return octets.length < V2_START.length ? INCOMPLETE : readV2(octets);
  if (beginsAs(octets, V1_START)) return readV1(octets);
  return MALFORMED;
}

function beginsAs(octets: Buffer, start: Buffer): boolean {
  const length = Math.min(octets.length, start.length);
  return octets.compare(start, 0, length, 0, length) === 0;
}

// "PROXY" SP ("TCP4" / "TCP6") SP source SP destination SP source-port SP destination-port CRLF
// "PROXY" SP "UNKNOWN" *OCTET CRLF
function readV1(octets: Buffer): ProxyHeader {
  const end = octets.subarray(0, LONGEST_V1_OCTETS).indexOf('\r\n');
  if (end === -1) return octets.length < LONGEST_V1_OCTETS ? INCOMPLETE : MALFORMED;
  const [, family, source = '', destination = '', ...ports] = octets.toString('latin1', 0, end).split(' ');
  const length = end + 2;
  if (family === 'UNKNOWN') return { kind: 'header', octets: length, addresses: undefined };
  const addressOctets = family === 'TCP4' ? 4 : family === 'TCP6' ? 16 : 0;
  const [clientPort, serverPort, ...more] = ports.map(parsePort);
  const fits = [source, destination].every((text) => isAddressOf(text, addressOctets));
  if (!fits || clientPort === undefined || serverPort === undefined || more.length > 0) return MALFORMED;
  const addresses = {
    clientAddress: source.toLowerCase(),
    clientPort,
    serverAddress: destination.toLowerCase(),
    serverPort,
  };
  return { kind: 'header', octets: length, addresses: withoutMapping(addresses) };
}

function isAddressOf(text: string, octets: number): boolean {
  const isIpv6 = text.includes(':');
  return parseIpAddress(text) !== undefined && isIpv6 === (octets === 16) && octets !== 0;
}

function parsePort(text: string): number | undefined {
  return /^(?:0|[1-9][0-9]{0,4})$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

// signature (12) · version and command · family and transport · length (2) · addresses · TLVs
function readV2(octets: Buffer): ProxyHeader {
  if (octets.length < 16) return INCOMPLETE;
  const versionAndCommand = octets.readUInt8(12);
  const length = 16 + octets.readUInt16BE(14);
  if (versionAndCommand >> 4 !== 2 || length > LONGEST_V2_OCTETS) return MALFORMED;
  const command = versionAndCommand & 0x0f;
  if (command > 1) return MALFORMED;
  if (octets.length < length) return INCOMPLETE;
  const body = octets.subarray(16, length);
  if (command === 0) return { kind: 'header', octets: length, addresses: undefined };
  // §2.2: a receiver takes the families it knows; for the others it has only the connection's own addresses.
  switch (octets.readUInt8(13)) {
    case 0x11:
      return body.length < 12 ? MALFORMED : { kind: 'header', octets: length, addresses: addressesOf(body, 4) };
    case 0x21:
      return body.length < 36 ? MALFORMED : { kind: 'header', octets: length, addresses: addressesOf(body, 16) };
    default:
      return { kind: 'header', octets: length, addresses: undefined };
  }
}

function addressesOf(body: Buffer, octets: 4 | 16): ProxyAddresses {
  const text = (at: number) => formatAddress(body.subarray(at, at + octets));
  return withoutMapping({
    clientAddress: text(0),
    serverAddress: text(octets),
    clientPort: body.readUInt16BE(2 * octets),
    serverPort: body.readUInt16BE(2 * octets + 2),
  });
}

function formatAddress(octets: Buffer): string {
  if (octets.length === 4) return [...octets].join('.');
  const groups = Array.from({ length: 8 }, (_, i) => octets.readUInt16BE(2 * i).toString(16));
  return shorten(groups);
}

/** RFC 5952 §4.2: the longest run of zeros, the first of equals, becomes `::`. */
function shorten(groups: readonly string[]): string {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === '0') length += 1;
    if (length > best.length) best = { start, length };
  }
  if (best.length < 2) return groups.join(':');
  const end = best.start + best.length;
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(end).join(':')}`;
}

/** `::ffff:192.0.2.1` is `192.0.2.1` to everybody. */
function withoutMapping(addresses: ProxyAddresses): ProxyAddresses {
  const plain = (text: string) => {
    const octets = parseIpAddress(text);
    return octets?.length === 4 ? [...octets].join('.') : text;
  };
  return {
    ...addresses,
    clientAddress: plain(addresses.clientAddress),
    serverAddress: plain(addresses.serverAddress),
  };
}
