// RDATA → what a record says. Each reader stays within its record and gives `undefined` for one that is too short, too
// long, or points astray. RFC 1035 §3.3, RFC 2782, RFC 3596 §2.2, RFC 6698 §2.1, RFC 8659 §4.1.

import type { DnsRecords, DnsType } from '#mail/ports/resolver.ts';
import type { WireRecord } from './dns-message.ts';
import { readName } from './dns-name.ts';

type Reader<T> = (message: Buffer, start: number, end: number) => T | undefined;

const readers: { readonly [Type in DnsType]: Reader<DnsRecords[Type]> } = {
  A: (message, start, end) => (end - start === 4 ? message.subarray(start, end).join('.') : undefined),
  AAAA: (message, start, end) => (end - start === 16 ? formatIpv6(message.subarray(start, end)) : undefined),
  NS: wholeName,
  CNAME: wholeName,
  PTR: wholeName,
  MX(message, start, end) {
    const exchange = end - start < 3 ? undefined : wholeName(message, start + 2, end);
    return exchange === undefined ? undefined : { preference: message.readUInt16BE(start), exchange };
  },
  TXT: readText,
  SRV(message, start, end) {
    const target = end - start < 7 ? undefined : wholeName(message, start + 6, end);
    if (target === undefined) return undefined;
    const [priority, weight, port] = [0, 2, 4].map((at) => message.readUInt16BE(start + at)) as [
      number,
      number,
      number,
    ];
    return { priority, weight, port, target };
  },
  TLSA(message, start, end) {
    if (end - start < 4) return undefined;
    const [usage, selector, matchingType] = message.subarray(start, start + 3) as unknown as [number, number, number];
    return { usage, selector, matchingType, data: Buffer.from(message.subarray(start + 3, end)) };
  },
  CAA(message, start, end) {
    const [flags, tagOctets] = [message[start], message[start + 1]];
    if (end - start < 3 || flags === undefined || tagOctets === undefined) return undefined;
    const tagEnd = start + 2 + tagOctets;
    if (tagOctets === 0 || tagEnd > end) return undefined;
    const tag = message.toString('latin1', start + 2, tagEnd).toLowerCase();
    return { critical: (flags & 0x80) !== 0, tag, value: message.toString('utf8', tagEnd, end) };
  },
};

export function readRecordData<Type extends DnsType>(
  type: Type,
  message: Buffer,
  { start, end }: WireRecord,
): DnsRecords[Type] | undefined {
  return readers[type](message, start, end);
}

/** A name that is all that is left of the record. */
export function wholeName(message: Buffer, start: number, end: number): string | undefined {
  const read = readName(message, start);
  return read?.end === end ? read.name : undefined;
}

/** `minimum` and the TTL of the SOA itself: the lesser is how long «there is nothing» holds. RFC 2308 §5. */
export function negativeTtl(message: Buffer, soa: WireRecord): number | undefined {
  const server = readName(message, soa.start);
  const person = server && readName(message, server.end);
  if (person === undefined || person.end + 20 !== soa.end) return undefined;
  return Math.min(soa.ttlSeconds, message.readUInt32BE(person.end + 16));
}

function readText(message: Buffer, start: number, end: number): string | undefined {
  const strings = readStrings(message, start, end);
  return strings && Buffer.concat(strings).toString('utf8');
}

/** Character strings, each behind its length; together they are one text. At least one. */
export function readStrings(message: Buffer, start: number, end: number): readonly Buffer[] | undefined {
  const parts: Buffer[] = [];
  for (let at = start; at < end; ) {
    const next = at + 1 + (message[at] ?? 0);
    if (next > end) return undefined;
    parts.push(message.subarray(at + 1, next));
    at = next;
  }
  return start === end ? undefined : parts;
}

/** RFC 5952 §4: no leading zeros, lower case, the longest run of zero groups is `::`. */
function formatIpv6(octets: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => octets.readUInt16BE(2 * i).toString(16));
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.length === 1) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}
