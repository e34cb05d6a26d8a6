// Where a conversation with a server stands.
//
// Rule 1: a phase holds what is true in it and nothing more: there is no transaction outside of one.
// Rule 2: in `ready` nothing is awaited: the caller says what comes next. In `securing` the handshake runs.
// Rule 3: `closed` is final; it says why, and what became of the message that was under way.
//
// RFC 5321 §3, RFC 2033 §4, RFC 3207 §4, RFC 4954 §4.

import type { Extensions } from './extensions.ts';
import type { SessionFailure } from './failure.ts';
import type { LoginStep } from './login.ts';
import type { OutgoingEnvelope } from './outgoing-envelope.ts';
import type { RecipientResult } from './recipient-result.ts';
import type { RemoteReply } from './remote-reply.ts';
import type { Stage } from './stage.ts';

export type Hello = 'EHLO' | 'HELO' | 'LHLO';

/** What outlives a message. */
export interface Session {
  readonly offered: Extensions;
  readonly secured: boolean;
  readonly loggedIn: boolean;
  /** The last message was given up between MAIL and its end: RSET must come before the next. */
  readonly mustReset: boolean;
}

/** One message on its way out, until its content may go. */
export interface Transaction {
  /** `probe`: the answers to RCPT are all that is wanted. */
  readonly purpose: 'message' | 'probe';
  readonly envelope: OutgoingEnvelope;
  /** In order; each is owed one reply. */
  readonly commands: readonly Command[];
  readonly sent: number;
  readonly replies: readonly RemoteReply[];
}

export interface Command {
  readonly stage: 'RSET' | 'MAIL' | 'RCPT' | 'DATA';
  readonly line: string;
}

export type ClientState =
  | { readonly phase: 'greeting'; readonly session: Session }
  | { readonly phase: 'hello'; readonly session: Session; readonly verb: Hello }
  | { readonly phase: 'starttls'; readonly session: Session }
  | { readonly phase: 'securing'; readonly session: Session }
  | { readonly phase: 'login'; readonly session: Session; readonly exchange: LoginStep }
  | { readonly phase: 'ready'; readonly session: Session; readonly results: readonly RecipientResult[] }
  | { readonly phase: 'envelope'; readonly session: Session; readonly transaction: Transaction }
  | {
      readonly phase: 'content';
      readonly session: Session;
      /** `undefined` for who was accepted; where nobody was, a dot on its own went out, and its answer does not matter. */
      readonly results: readonly (RecipientResult | undefined)[];
    }
  | {
      readonly phase: 'closed';
      readonly session: Session;
      readonly failure: SessionFailure;
      /** Of the message that was under way. */
      readonly results: readonly RecipientResult[];
    };

/** What is awaited, for the time-out and for the words that tell of it. */
export function awaitedStage(state: ClientState): Stage {
  switch (state.phase) {
    case 'greeting':
      return 'greeting';
    case 'hello':
      return state.verb;
    case 'starttls':
      return 'STARTTLS';
    case 'securing':
      return 'TLS';
    case 'login':
      return 'AUTH';
    case 'envelope':
      return state.transaction.commands[state.transaction.replies.length]?.stage ?? 'DATA';
    case 'content':
      return 'end-of-data';
    case 'ready':
    case 'closed':
      return 'ready';
  }
}
