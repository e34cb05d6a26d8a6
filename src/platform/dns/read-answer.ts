// What a name server's message says to a question: records, nothing, another name to ask for, or no answer at all. Only
// records of the name that was asked for, and of those it leads to by CNAME, count. RFC 1034 §3.6.2, RFC 2308 §2.

import type { DnsAnswer, DnsRecords, DnsType } from '#mail/ports/resolver.ts';
import { type DnsMessage, RCODE, TYPE_NUMBERS, type WireRecord } from './dns-message.ts';
import type { DnsQuestion } from './dns-question.ts';
import { negativeTtl, readRecordData, wholeName } from './record-data.ts';

/** Of CNAMEs behind one another. */
export const LONGEST_CHAIN = 8;

export type FailedAnswer = Extract<DnsAnswer<DnsType>, { kind: 'failed' }>;

export type Reading<Type extends DnsType> =
  | {
      readonly kind: 'found';
      readonly records: readonly DnsRecords[Type][];
      readonly canonicalName: string;
      readonly ttlSeconds: number;
      readonly isAuthenticated: boolean;
    }
  /** Without an SOA record it may not be kept: zero seconds. */
  | {
      readonly kind: 'no-such-name' | 'no-data';
      readonly canonicalName: string;
      readonly ttlSeconds: number;
      readonly isAuthenticated: boolean;
    }
  /** A CNAME whose target the server did not look up. */
  | {
      readonly kind: 'alias';
      readonly canonicalName: string;
      readonly ttlSeconds: number;
      readonly isAuthenticated: boolean;
    }
  | FailedAnswer;

const MALFORMED: FailedAnswer = { kind: 'failed', reason: 'malformed' };

export function readAnswer<Type extends DnsType>(
  message: DnsMessage,
  question: DnsQuestion & { type: Type },
): Reading<Type> {
  const { rcode, isAuthenticated } = message;
  if (rcode === RCODE.refused || rcode === RCODE.formatError || rcode === RCODE.notImplemented) {
    return { kind: 'failed', reason: 'refused' };
  }
  if (rcode !== RCODE.ok && rcode !== RCODE.noSuchName) return { kind: 'failed', reason: 'servfail' };
  // Who asks for the link itself does not follow it.
  const chain =
    question.type === 'CNAME'
      ? { name: question.name, ttlSeconds: Number.POSITIVE_INFINITY }
      : followChain(message, question.name);
  if (chain === undefined) return MALFORMED;
  const canonicalName = chain.name;
  const bearing = message.answers.filter(
    ({ name, type }) => name === canonicalName && type === TYPE_NUMBERS[question.type],
  );
  if (bearing.length > 0) {
    const records = bearing.map((record) => readRecordData(question.type, message.octets, record));
    if (!records.every((record) => record !== undefined)) return MALFORMED;
    const ttlSeconds = Math.min(chain.ttlSeconds, ...bearing.map((record) => record.ttlSeconds));
    return { kind: 'found', records, canonicalName, ttlSeconds, isAuthenticated };
  }
  return readNothing(message, chain, question.name);
}

interface Chain {
  readonly name: string;
  readonly ttlSeconds: number;
}

function readNothing(message: DnsMessage, chain: Chain, asked: string): Exclude<Reading<DnsType>, { kind: 'found' }> {
  const { rcode, isAuthenticated, authorities } = message;
  const canonicalName = chain.name;
  const soa = authorities.find(({ type }) => type === TYPE_NUMBERS.SOA);
  const holdsFor = soa === undefined ? 0 : negativeTtl(message.octets, soa);
  if (holdsFor === undefined) return MALFORMED;
  const ttlSeconds = Math.min(chain.ttlSeconds, holdsFor);
  if (rcode === RCODE.noSuchName) return { kind: 'no-such-name', canonicalName, ttlSeconds, isAuthenticated };
  if (soa === undefined && canonicalName !== asked) {
    return { kind: 'alias', canonicalName, ttlSeconds: chain.ttlSeconds, isAuthenticated };
  }
  // «Ask those»: a server that does not look up names for others, and should not stand in the list. RFC 2308 §2.2.
  const isReferral = soa === undefined && authorities.some(({ type }) => type === TYPE_NUMBERS.NS);
  if (isReferral) return { kind: 'failed', reason: 'refused' };
  return { kind: 'no-data', canonicalName, ttlSeconds, isAuthenticated };
}

/** `undefined` for a chain that is too long, bites its own tail, or has a link that is no name. */
function followChain({ octets, answers }: DnsMessage, asked: string): Chain | undefined {
  const links = new Map<string, WireRecord>();
  for (const record of answers) if (record.type === TYPE_NUMBERS.CNAME) links.set(record.name, record);
  let name = asked;
  let ttlSeconds = Number.POSITIVE_INFINITY;
  for (let length = 0; length <= LONGEST_CHAIN; length++) {
    const link = links.get(name);
    if (link === undefined) return { name, ttlSeconds };
    const target = wholeName(octets, link.start, link.end);
    if (target === undefined) return undefined;
    name = target;
    ttlSeconds = Math.min(ttlSeconds, link.ttlSeconds);
  }
  return undefined;
}
