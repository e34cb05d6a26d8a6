// A name server's message, from what the zones say, spoilt where a fault is asked for. RFC 1035 §4.1, §4.2; RFC 6891 §6.1.

import {
  type Answer,
  AUTHENTIC_DATA,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import { RCODE } from './dns-message.ts';
import { LONGEST_DATAGRAM } from './dns-question.ts';
import type { ZoneFault } from './zone-fault.ts';
import type { Zone } from './zone-file.ts';
import { lookUpInZones, type ZoneAnswer } from './zone-lookup.ts';

export interface ZoneQuestion {
  readonly id: number;
  /** As it was written, for whoever compares letter by letter; the root is the empty name. */
  readonly name: string;
  readonly type: string;
  readonly wantsRecursion: boolean;
  readonly wantsProof: boolean;
  /** Of a datagram that the asker takes; `undefined`: it does not speak EDNS. */
  readonly largestDatagram: number | undefined;
}

interface ReplySettings {
  readonly zones: readonly Zone[];
  readonly fault: ZoneFault | undefined;
  readonly way: 'udp' | 'tcp';
}

const LONGEST_PLAIN_DATAGRAM = 512;
const LONGEST_STREAM_MESSAGE = 65_535;

const RCODES: Readonly<Record<ZoneAnswer['kind'], number>> = {
  found: RCODE.ok,
  'no-data': RCODE.ok,
  'no-such-name': RCODE.noSuchName,
  'not-ours': RCODE.refused,
};

/** `undefined` for what is no question. */
export function readZoneQuestion(octets: Buffer): ZoneQuestion | undefined {
  let packet: ReturnType<typeof decode>;
  try {
    packet = decode(octets);
  } catch {
    return undefined;
  }
  const [question] = packet.questions ?? [];
  if (question === undefined || packet.flag_qr) return undefined;
  const options = packet.additionals?.find((record) => record.type === 'OPT');
  return {
    id: packet.id ?? 0,
    name: question.name === '.' ? '' : question.name,
    type: question.type,
    wantsRecursion: packet.flag_rd,
    wantsProof: packet.flag_ad || options?.flag_do === true,
    largestDatagram: options?.udpPayloadSize,
  };
}

export function formatReply(question: ZoneQuestion, { zones, fault, way }: ReplySettings): Buffer {
  if (fault === 'servfail') return encode(reply(question, RCODE.serverFailure, 0));
  if (fault === 'refuse') return encode(reply(question, RCODE.refused, 0));
  if (fault === 'lame') return encode({ ...reply(question, RCODE.ok, 0), authorities: [ROOT_SERVER] });
  const found = lookUpInZones(zones, question.name, question.type);
  const proven = found.isAuthenticated && question.wantsProof ? AUTHENTIC_DATA : 0;
  const whole: Packet = {
    ...reply(question, RCODES[found.kind], AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | proven),
    answers: [...found.answers],
    authorities: found.soa === undefined ? [] : [found.soa],
  };
  const octets = encode(whole);
  const largest = way === 'tcp' ? LONGEST_STREAM_MESSAGE : (question.largestDatagram ?? LONGEST_PLAIN_DATAGRAM);
  if (octets.length > largest || (fault === 'truncate' && way === 'udp')) {
    return encode(reply(question, RCODES[found.kind], AUTHORITATIVE_ANSWER | TRUNCATED_RESPONSE));
  }
  return spoil(octets, whole, fault);
}

function spoil(octets: Buffer, whole: Packet, fault: ZoneFault | undefined): Buffer {
  if (fault === 'wrong-id') return encode({ ...whole, id: ((whole.id ?? 0) + 1) & 0xffff });
  if (fault === 'wrong-question') return encode({ ...whole, questions: [{ name: 'another.invalid', type: 'A' }] });
  // Cut off in the midst of the last record: its length promises more than there is.
  return fault === 'malformed' ? encode({ ...whole, additionals: [] }).subarray(0, -3) : octets;
}

function reply(question: ZoneQuestion, rcode: number, flags: number): Packet {
  const { id, name, type, wantsRecursion, largestDatagram } = question;
  return {
    type: 'response',
    id,
    flags: flags | rcode | (wantsRecursion ? RECURSION_DESIRED : 0),
    questions: [{ name, type: type as 'A' }],
    additionals: largestDatagram === undefined ? [] : [OPTIONS],
  };
}

const OPTIONS: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: LONGEST_DATAGRAM,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

const ROOT_SERVER: Answer = { type: 'NS', name: '.', ttl: 300, class: 'IN', data: 'a.root-servers.test' };
