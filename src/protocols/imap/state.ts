// Where a session stands. The phases are RFC 3501 §3's; what goes on within one is its activity, and says what the
// next line of the client is: a command, a SASL response, or DONE.

import type { Move } from './move.ts';
import type { SelectedMailbox } from './selected-mailbox.ts';
import type { ServerFacts } from './server-facts.ts';

export interface RunningCommand {
  readonly tag: string;
  /** What the client may hear of its mailbox when the command ends. */
  readonly updates: UpdateRule;
}

export type UpdateRule =
  | 'none'
  /** FETCH, STORE, SEARCH: message numbers stay as they are. RFC 3501 §7.4.1. */
  | 'keep-numbers'
  | 'all';

export type Activity =
  | { readonly kind: 'ready' }
  | { readonly kind: 'asking'; readonly running: RunningCommand; readonly resume: (answer: never) => Move }
  | {
      readonly kind: 'authenticating';
      readonly running: RunningCommand;
      readonly resume: (response: string) => Move;
    }
  | { readonly kind: 'idling'; readonly running: RunningCommand };

interface Common {
  readonly facts: ServerFacts;
  readonly activity: Activity;
  /** Commands that were not understood, and refused logins. */
  readonly mistakes: number;
  /** Before the login: commands that were well understood, and brought it no nearer. */
  readonly idleCommands: number;
}

export type SessionState =
  | (Common & { readonly phase: 'not-authenticated' })
  | (Common & { readonly phase: 'authenticated' })
  | (Common & { readonly phase: 'selected'; readonly mailbox: SelectedMailbox })
  | { readonly phase: 'logout' };

export type LiveState = Exclude<SessionState, { phase: 'logout' }>;
export type SelectedState = Extract<SessionState, { phase: 'selected' }>;
