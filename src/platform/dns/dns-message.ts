// An answer of a name server, from its octets: header, question, records. RFC 1035 §4.1, RFC 6891 §6.1.3. Whoever sends it
// may be hostile, and dns-packet believes what a record says of its length: what it reads may lie in the next one. So our
// questions are written with it, and answers are read here.

import { readName } from './dns-name.ts';

/** Numbers of the types that are understood. */
export const TYPE_NUMBERS = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  TLSA: 52,
  CAA: 257,
} as const;

export const RCODE = { ok: 0, formatError: 1, serverFailure: 2, noSuchName: 3, notImplemented: 4, refused: 5 } as const;

const CLASS_IN = 1;
const HEADER_OCTETS = 12;
/** Of all sections: 64 KiB hold no more that are of use, and each one costs memory. */
export const MOST_RECORDS = 1_024;

export interface WireRecord {
  readonly name: string;
  readonly type: number;
  readonly ttlSeconds: number;
  /** Where RDATA stands in the message, which names in it may point into. */
  readonly start: number;
  readonly end: number;
}

export interface DnsMessage {
  readonly octets: Buffer;
  readonly id: number;
  readonly isResponse: boolean;
  readonly isTruncated: boolean;
  readonly offersRecursion: boolean;
  readonly isAuthenticated: boolean;
  readonly rcode: number;
  readonly question: { readonly name: string; readonly type: number } | undefined;
  readonly answers: readonly WireRecord[];
  readonly authorities: readonly WireRecord[];
}

/** `undefined` for what is no message at all. A truncated one may end within a section. */
export function readDnsMessage(octets: Buffer): DnsMessage | undefined {
  if (octets.length < HEADER_OCTETS) return undefined;
  const flags = octets.readUInt16BE(2);
  const isTruncated = (flags & 0x0200) !== 0;
  const header = {
    octets,
    id: octets.readUInt16BE(0),
    isResponse: (flags & 0x8000) !== 0,
    isTruncated,
    offersRecursion: (flags & 0x0080) !== 0,
    isAuthenticated: (flags & 0x0020) !== 0,
    rcode: flags & 0x000f,
  };
  const [questions, answers, authorities] = [4, 6, 8].map((at) => octets.readUInt16BE(at)) as [number, number, number];
  if (questions > 1 || answers + authorities > MOST_RECORDS) return undefined;
  const question = questions === 0 ? { value: undefined, end: HEADER_OCTETS } : readQuestion(octets, HEADER_OCTETS);
  if (question === undefined) return undefined;
  // What a truncated message holds is not looked at: the whole one is asked for.
  if (isTruncated) return { ...header, question: question.value, answers: [], authorities: [] };
  const answered = readSection(octets, question.end, answers);
  const authorised = answered && readSection(octets, answered.end, authorities);
  if (answered === undefined || authorised === undefined) return undefined;
  return { ...header, question: question.value, answers: answered.records, authorities: authorised.records };
}

function readQuestion(octets: Buffer, start: number) {
  const name = readName(octets, start);
  if (name === undefined || name.end + 4 > octets.length) return undefined;
  const type = octets.readUInt16BE(name.end);
  const isInternet = octets.readUInt16BE(name.end + 2) === CLASS_IN;
  return isInternet ? { value: { name: name.name, type }, end: name.end + 4 } : undefined;
}

function readSection(octets: Buffer, start: number, count: number) {
  const records: WireRecord[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    const name = readName(octets, at);
    if (name === undefined || name.end + 10 > octets.length) return undefined;
    const data = name.end + 10;
    const end = data + octets.readUInt16BE(name.end + 8);
    if (end > octets.length) return undefined;
    if (octets.readUInt16BE(name.end + 2) === CLASS_IN) {
      const type = octets.readUInt16BE(name.end);
      records.push({ name: name.name, type, ttlSeconds: ttlOf(octets.readUInt32BE(name.end + 4)), start: data, end });
    }
    at = end;
  }
  return { records, end: at };
}

/** RFC 2181 §8: with the highest bit set it is zero. */
function ttlOf(number: number): number {
  return number > 0x7fff_ffff ? 0 : number;
}
