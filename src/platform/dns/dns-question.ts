// A question as it goes to a name server. RFC 1035 §4.1.2; EDNS by RFC 6891 §6.2; the AD bit asks whether the answer was
// proven, without asking for the proof: RFC 6840 §5.7.

import { AUTHENTIC_DATA, DNSSEC_OK, encode, type OptAnswer, RECURSION_DESIRED } from 'dns-packet';
import type { DnsType } from '#mail/ports/resolver.ts';

export interface DnsQuestion {
  /** As `parseDnsName` gives it. */
  readonly name: string;
  readonly type: DnsType;
}

/** Fits every path without fragments, which can be forged. */
export const LONGEST_DATAGRAM = 1_232;

export interface QuestionForm {
  readonly id: number;
  /** Some old servers refuse questions with EDNS. */
  readonly edns: boolean;
  /** The DO bit: signatures, too, for resolvers that set AD only then. */
  readonly wantsSignatures: boolean;
  /** The RD bit. */
  readonly wantsRecursion: boolean;
}

export function formatQuestion({ name, type }: DnsQuestion, form: QuestionForm): Buffer {
  const { id, edns, wantsSignatures, wantsRecursion } = form;
  const options: OptAnswer = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: LONGEST_DATAGRAM,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: wantsSignatures ? DNSSEC_OK : 0,
    flag_do: wantsSignatures,
    options: [],
  };
  return encode({
    type: 'query',
    id,
    flags: (wantsRecursion ? RECURSION_DESIRED : 0) | AUTHENTIC_DATA,
    questions: [{ name, type, class: 'IN' }],
    additionals: edns ? [options] : [],
  });
}
