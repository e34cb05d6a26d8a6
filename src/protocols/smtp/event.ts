// What goes into the machine and what comes out of it.

import type { LineDefect } from './framing.ts';
import type { Answer, Question } from './question.ts';
import type { SmtpReply } from './reply.ts';
import type { SmtpState } from './state.ts';

export type ContentOutcome =
  | { readonly kind: 'complete' }
  | { readonly kind: 'too-large' }
  /** A line ended in a bare CR or LF within octets that were counted, so that their end is still certain. */
  | { readonly kind: 'bare-line-end' }
  /** It could not be stored. */
  | { readonly kind: 'failed'; readonly reply: SmtpReply };

export type SmtpEvent =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'broken-line'; readonly defect: LineDefect }
  /** The octets of DATA or of one BDAT have all been read. */
  | { readonly kind: 'content-ended'; readonly outcome: ContentOutcome }
  /** Where the content ends can no longer be told, or it is not worth reading that far. */
  | { readonly kind: 'content-broken'; readonly defect: 'bare-line-end' | 'endless' }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'tls-started'; readonly mechanisms: readonly string[] }
  | { readonly kind: 'peer-closed' }
  | { readonly kind: 'timed-out' }
  /** The server was told to stop. */
  | { readonly kind: 'stopping' };

export type Effect =
  | { readonly kind: 'reply'; readonly reply: SmtpReply }
  /** Wait for a moment before going on: Postfix's `smtpd_error_sleep_time`. */
  | { readonly kind: 'hold-back' }
  | { readonly kind: 'ask'; readonly question: Question }
  /** The message that was begun will not come: forget what is there of it. */
  | { readonly kind: 'abandon'; readonly reason: 'reset' | 'disconnected' | 'too-large' | 'failed' }
  /** Replies go out first; what the client sent in clear behind STARTTLS is thrown away. */
  | { readonly kind: 'start-tls' }
  | { readonly kind: 'close' };

export interface Step {
  readonly state: SmtpState;
  readonly effects: readonly Effect[];
}

export function say(state: SmtpState, reply: SmtpReply): Step {
  return { state, effects: [{ kind: 'reply', reply }] };
}

export function ask(question: Question, from: Extract<SmtpState, { phase: 'asking' }>['from']): Step {
  return {
    state: { phase: 'asking', session: from.session, question, from },
    effects: [{ kind: 'ask', question }],
  };
}

export function sayAndClose(state: SmtpState, ...replies: readonly SmtpReply[]): Step {
  return {
    state: { phase: 'closing', session: state.session },
    effects: [...replies.map((reply) => ({ kind: 'reply', reply }) as const), { kind: 'close' }],
  };
}
