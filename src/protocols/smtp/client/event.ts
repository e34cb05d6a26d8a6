// What goes into the machine and what comes out of it.

import type { OutgoingEnvelope } from './outgoing-envelope.ts';
import type { RemoteReply } from './remote-reply.ts';
import type { ReplyDefect } from './reply-framing.ts';
import type { ClientState } from './state.ts';

export type ClientEvent =
  | { readonly kind: 'reply'; readonly reply: RemoteReply }
  | { readonly kind: 'broken-reply'; readonly defect: ReplyDefect }
  | { readonly kind: 'tls-started' }
  | { readonly kind: 'tls-failed'; readonly text: string }
  /** In `ready` only. */
  | { readonly kind: 'message'; readonly envelope: OutgoingEnvelope }
  /** In `ready` only: would its recipients be taken? It ends with the answers to RCPT, and nothing is sent. */
  | { readonly kind: 'probe'; readonly envelope: OutgoingEnvelope }
  /** The connection broke, or stood still, while the content was being written: its end was not sent. */
  | { readonly kind: 'content-cut-off'; readonly by: 'lost' | 'timed-out' }
  | { readonly kind: 'peer-closed' }
  | { readonly kind: 'timed-out' };

export type ClientEffect =
  | { readonly kind: 'send'; readonly octets: string }
  | { readonly kind: 'start-tls' }
  /** `dots`: dot-stuffed, and the dot behind it (DATA). `counted`: as it is, behind its BDAT. */
  | { readonly kind: 'send-content'; readonly framing: 'dots' | 'counted' };

export interface ClientStep {
  readonly state: ClientState;
  readonly effects: readonly ClientEffect[];
}

const NO_EFFECTS: readonly ClientEffect[] = [];

export function wait(state: ClientState): ClientStep {
  return { state, effects: NO_EFFECTS };
}

export function send(state: ClientState, octets: string): ClientStep {
  return { state, effects: [{ kind: 'send', octets }] };
}
