// What goes into the machine, what comes out of it, and the few ways in which a step ends.

import type { LoginOutcome } from '#protocols/sasl/login-outcome.ts';
import type { LineFrame } from './framing.ts';
import type { DropMessage, Maildrop } from './maildrop.ts';
import { error, type Pop3Reply } from './reply.ts';
import type { CommandState, Pop3State, Session } from './state.ts';

export type MaildropOutcome =
  | { readonly kind: 'opened'; readonly maildrop: Maildrop }
  /** Another session holds it. */
  | { readonly kind: 'in-use' }
  | { readonly kind: 'failed'; readonly reply: Pop3Reply };

export type Pop3Event =
  | LineFrame
  | { readonly kind: 'tls-started'; readonly mechanisms: readonly string[] }
  | { readonly kind: 'login'; readonly outcome: LoginOutcome }
  | { readonly kind: 'maildrop'; readonly outcome: MaildropOutcome }
  /** All of it. */
  | { readonly kind: 'message-sent'; readonly message: DropMessage };

export type Pop3Effect =
  | { readonly kind: 'reply'; readonly reply: Pop3Reply }
  /** Wait for a moment before going on. */
  | { readonly kind: 'hold-back' }
  /** Replies go out first; what the client sent in clear behind STLS is thrown away. Answered by `tls-started`. */
  | { readonly kind: 'start-tls' }
  /** These three are answered by `login`. */
  | { readonly kind: 'check-password'; readonly user: string; readonly password: string }
  | { readonly kind: 'begin-login'; readonly mechanism: string; readonly response: Buffer | undefined }
  | { readonly kind: 'continue-login'; readonly response: Buffer | 'cancel' }
  /** Whose, the login said. Answered by `maildrop`. */
  | { readonly kind: 'open-maildrop' }
  /**
   * `found`, the message as `DotStuffing` writes it; or `gone` alone, where another session removed it. A whole one is
   * answered by `message-sent`.
   */
  | {
      readonly kind: 'send-message';
      readonly message: DropMessage;
      readonly bodyLines: number | undefined;
      readonly found: Pop3Reply;
      readonly gone: Pop3Reply;
    }
  /** UPDATE: all of it, or none and `failed`; the maildrop is free again before either is said. RFC 1939 §6. */
  | {
      readonly kind: 'update';
      readonly deletedUids: Uint32Array;
      readonly seenUids: Uint32Array;
      readonly done: Pop3Reply;
      readonly failed: Pop3Reply;
    }
  | { readonly kind: 'close' };

export interface Step {
  readonly state: Pop3State;
  /** In order; only the last one may be a question. */
  readonly effects: readonly Pop3Effect[];
}

export function say(state: Pop3State, reply: Pop3Reply): Step {
  return { state, effects: [{ kind: 'reply', reply }] };
}

export function ask(session: Session, ...effects: readonly Pop3Effect[]): Step {
  return { state: { phase: 'waiting', session }, effects };
}

export function sayAndClose(session: Session, reply: Pop3Reply): Step {
  return { state: { phase: 'closed', session }, effects: [{ kind: 'reply', reply }, { kind: 'close' }] };
}

/** The client's mistake: told, counted, and one too many ends the session. */
export function refuse(state: CommandState, text: string): Step {
  const session = { ...state.session, mistakes: state.session.mistakes + 1 };
  const { mistakes, limits } = session;
  if (mistakes > limits.mistakes) return sayAndClose(session, error('Too many mistakes'));
  const said = say({ ...state, session }, error(text));
  return mistakes < limits.softMistakes ? said : { ...said, effects: [{ kind: 'hold-back' }, ...said.effects] };
}
