// Why a destination has no server to try, in Postfix's words, and what the DNS says put into them. RFC 3463 §3.5.

import type { DnsAnswer, DnsType } from '#mail/ports/resolver.ts';

export interface DeliveryFailure {
  readonly kind: 'deferred' | 'failed';
  /** RFC 3463: `4.4.3`, `5.1.2`. */
  readonly status: string;
  readonly text: string;
}

type Unanswered = Exclude<DnsAnswer<DnsType>, { kind: 'found' }>;

/** What a look-up that found nothing means for the mail. Whatever was not answered is temporary. */
export function lookupFailure(name: string, type: DnsType, answer: Unanswered): DeliveryFailure {
  const text = (why: string) =>
    `Host or domain name not found. Name service error for name=${name} type=${type}: ${why}`;
  switch (answer.kind) {
    case 'no-such-name':
      return { kind: 'failed', status: '5.1.2', text: text('Host not found') };
    case 'no-data':
      return {
        kind: 'failed',
        status: '5.4.4',
        text: text('Host found but no data record of requested type'),
      };
    case 'failed':
      return { kind: 'deferred', status: '4.4.3', text: text(FAILURES[answer.reason]) };
  }
}

const FAILURES: Readonly<Record<Extract<Unanswered, { kind: 'failed' }>['reason'], string>> = {
  timeout: 'Host not found, try again (no name server answered in time)',
  servfail: 'Host not found, try again',
  refused: 'Host not found, try again (the name server refuses to answer)',
  malformed: 'Malformed or unexpected name server reply',
  unreachable: 'Host not found, try again (no name server can be reached)',
};

/** A temporary failure weighs more than a permanent one: what could not be asked might have been the way. */
export function worseFailure(one: DeliveryFailure | undefined, other: DeliveryFailure): DeliveryFailure {
  return one === undefined || (one.kind === 'failed' && other.kind === 'deferred') ? other : one;
}
