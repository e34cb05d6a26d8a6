// What a command does next: ask the world and go on with the answer, hear the client, or say its last word. A command
// is a function from its arguments to a move; tests answer by hand.

import type { AnswerTo, Question, QuestionKind, QuestionOf, Refusal } from './question.ts';
import type { ResponseCode, SimpleCode, Status } from './response.ts';
import type { SelectedMailbox } from './selected-mailbox.ts';
import type { ServerFacts } from './server-facts.ts';

/** What is sent: text, or octets that were written as such. */
export type Output = string | Buffer;

export type Move =
  | {
      readonly kind: 'ask';
      /** Sent before the question is put. */
      readonly send: string;
      readonly question: Question;
      readonly resume: (answer: never) => Move;
    }
  /** AUTHENTICATE: the server's words, and what to do with the client's. */
  | { readonly kind: 'challenge'; readonly text: string; readonly resume: (response: string) => Move }
  | { readonly kind: 'idle' }
  /** STARTTLS: its answer went out in clear, and all that was known is forgotten. */
  | { readonly kind: 'secured'; readonly facts: ServerFacts }
  | Completion;

/** The tagged answer, and what comes before it and after it. */
export interface Completion {
  readonly kind: 'done';
  readonly status: Status;
  readonly code: ResponseCode | undefined;
  readonly text: string;
  readonly untagged: readonly Output[];
  readonly transition: Transition | undefined;
}

export type Transition =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'selected'; readonly mailbox: SelectedMailbox }
  | { readonly kind: 'unselected' }
  | { readonly kind: 'logged-out' };

export interface CompletionExtras {
  readonly code?: ResponseCode | undefined;
  readonly untagged?: readonly Output[];
  readonly transition?: Transition;
}

export function ask<K extends QuestionKind>(
  question: QuestionOf<K>,
  resume: (answer: AnswerTo<K>) => Move,
  send = '',
): Move {
  return { kind: 'ask', send, question: question as Question, resume };
}

export function done(status: Status, text: string, extras: CompletionExtras = {}): Completion {
  const { code, untagged = [], transition } = extras;
  return { kind: 'done', status, code, text, untagged, transition };
}

export function completed(text: string, extras: CompletionExtras = {}): Completion {
  return done('OK', text, extras);
}

export function no(code: ResponseCode | undefined, text: string, extras: CompletionExtras = {}): Completion {
  return done('NO', text, { ...extras, code });
}

export function bad(text: string): Completion {
  return done('BAD', text);
}

/** RFC 5530 §3. */
const REFUSAL_CODES: Readonly<Record<Refusal['code'], SimpleCode>> = {
  nonexistent: 'NONEXISTENT',
  'already-exists': 'ALREADYEXISTS',
  cannot: 'CANNOT',
  limit: 'LIMIT',
  'over-quota': 'OVERQUOTA',
  'has-children': 'HASCHILDREN',
  'in-use': 'INUSE',
};

export function refused(refusal: Refusal, extras: CompletionExtras = {}): Completion {
  return no(REFUSAL_CODES[refusal.code], refusal.message, extras);
}

/** APPEND, COPY and MOVE into a mailbox that is not there: the client may make it. RFC 3501 §7.1. */
export function refusedTarget(refusal: Refusal): Completion {
  return refusal.code === 'nonexistent' ? no('TRYCREATE', refusal.message) : refused(refusal);
}
