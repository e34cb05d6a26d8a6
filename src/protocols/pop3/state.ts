// Where a POP3 session stands. RFC 1939 §3 names the states; `waiting` is a question of ours that is out.
//
// Rule 1: lines are read in `authorization`, `challenged`, `confirming` and `transaction` only.
// Rule 2: which command may come in which state is said by the command itself (`commands.ts`), and nowhere else.
// Rule 3: there is a maildrop in `transaction` and in no other state: UPDATE is the way from there to `closed`.

import type { Pop3Limits } from './limits.ts';
import type { Maildrop } from './maildrop.ts';

/** What outlives a state. */
export interface Session {
  readonly secure: boolean;
  /** What AUTH offers as things stand; empty without TLS. */
  readonly mechanisms: readonly string[];
  readonly mistakes: number;
  /** Before the login: commands that brought it no nearer. */
  readonly idleCommands: number;
  readonly refusedLogins: number;
  readonly limits: Pop3Limits;
}

export interface AuthorizationState {
  readonly phase: 'authorization';
  readonly session: Session;
  /** The name from USER, if that was the last command. RFC 1939 §7 (PASS). */
  readonly user: string | undefined;
}

export interface TransactionState {
  readonly phase: 'transaction';
  readonly session: Session;
  readonly maildrop: Maildrop;
}

export type CommandState = AuthorizationState | TransactionState;

export type Pop3State =
  | CommandState
  | { readonly phase: 'waiting'; readonly session: Session }
  /** A challenge is out: the next line is the client's response. */
  | { readonly phase: 'challenged'; readonly session: Session }
  /** The login is accepted, and the server's last word went out as a challenge: an empty line must follow. */
  | { readonly phase: 'confirming'; readonly session: Session }
  | { readonly phase: 'closed'; readonly session: Session };

export function authorization(session: Session): AuthorizationState {
  return { phase: 'authorization', session, user: undefined };
}

/**
 * The longest line that may come next. RFC 5034 §4 wants an initial response that does not fit a command to be sent as a
 * response; mail programs send tokens on AUTH's own line all the same.
 */
export function lineLimitOctets(state: Pop3State): number {
  const { limits, mechanisms } = state.session;
  const mayBeSasl = state.phase === 'challenged' || state.phase === 'confirming';
  const mayBeAuth = state.phase === 'authorization' && mechanisms.length > 0;
  return mayBeSasl || mayBeAuth ? limits.saslResponseOctets : limits.commandOctets;
}
