// What came of opening a conversation with a server, and what it means for the message where it did not come about.

import type { ServerTls } from '#mail/delivery/server-tls.ts';
import type { TransportSecurity } from '#mail/ports/transport.ts';
import type { SessionFailure } from '#protocols/smtp/client/failure.ts';
import type { OpenConversation } from './connection-cache.ts';
import type { Explanation } from './failure-words.ts';

export type Opening = { readonly kind: 'open'; readonly open: OpenConversation } | NotOpen;

export interface NotOpen {
  /** What it means for the message if there is no other server. */
  readonly kind: 'deferred' | 'failed';
  readonly why: Explanation;
  /** Nobody else of the destination would be answered otherwise. */
  readonly isFinal: boolean;
  readonly security: TransportSecurity;
}

/** TLS did not come about, or not with the right server; where nothing demands it there is another way. */
export type TlsFailed = Omit<NotOpen, 'kind'> & { readonly kind: 'tls-failed' };

type Unexplained<T> = T extends NotOpen | TlsFailed ? Omit<T, 'security'> : never;

export interface FailureContext {
  /** The server is one of the best of its destination. */
  readonly isBest: boolean;
  readonly skip5xxGreeting: boolean;
  readonly onTlsFailure: ServerTls['onFailure'];
}

export function judgeFailure(
  failure: SessionFailure,
  why: Explanation,
  { isBest, skip5xxGreeting, onTlsFailure }: FailureContext,
): Unexplained<NotOpen | TlsFailed> {
  switch (failure.kind) {
    case 'tls-failed':
      return { kind: 'tls-failed', why: withStatus(why, onTlsFailure), isFinal: false };
    case 'tls-not-offered':
    case 'tls-refused':
      return { kind: onTlsFailure, why: withStatus(why, onTlsFailure), isFinal: false };
    case 'loop':
      return isBest
        ? { kind: 'failed', why, isFinal: true }
        : { kind: 'deferred', why: { ...why, status: '4.4.6' }, isFinal: false };
    case 'refused':
      return judgeRefusal(failure, why, skip5xxGreeting);
    default:
      return { kind: 'deferred', why, isFinal: false };
  }
}

function judgeRefusal(
  { stage, reply }: Extract<SessionFailure, { kind: 'refused' }>,
  why: Explanation,
  skip5xxGreeting: boolean,
): Unexplained<NotOpen> {
  if (reply.code < 500) return { kind: 'deferred', why, isFinal: false };
  const isPassedOver = stage === 'greeting' && skip5xxGreeting;
  return isPassedOver
    ? { kind: 'deferred', why: { ...why, status: `4${why.status.slice(1)}` }, isFinal: false }
    : { kind: 'failed', why, isFinal: true };
}

/** `Encryption Needed`. RFC 8689 §4.2.1. */
function withStatus(why: Explanation, onFailure: ServerTls['onFailure']): Explanation {
  return onFailure === 'failed' ? { ...why, status: '5.7.10' } : why;
}
