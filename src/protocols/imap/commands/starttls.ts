// STARTTLS: the answer goes out in clear, then everything is forgotten. RFC 3501 §6.2.1. What the client sent behind
// the command in clear is thrown away by the connection and by the framer.

import { ask, bad, type Move } from '../move.ts';
import { formatTagged } from '../response.ts';
import type { LiveState } from '../state.ts';

export function runStartTls(_command: unknown, { facts }: LiveState, tag: string): Move {
  if (facts.secure) return bad('TLS is on already');
  return ask<'start-tls'>(
    { kind: 'start-tls' },
    ({ mechanisms }) => ({ kind: 'secured', facts: { ...facts, secure: true, mechanisms } }),
    formatTagged(tag, 'OK', undefined, 'Begin TLS negotiation now'),
  );
}
