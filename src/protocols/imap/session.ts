// The session machine: phases, tags, and when the client hears what of its mailbox. One command runs at a time, so that
// pipelined ones are answered in order and none sees another half done (RFC 3501 §5.5). The machine never waits: what
// it needs from the world leaves as `ask` and comes back as `answered`.

import { unreachable } from '#base/unreachable.ts';
import { capabilitiesOf } from './capability.ts';
import type { Command, Tagged } from './command.ts';
import { runCommand, updatesOf } from './commands/table.ts';
import type { ViewChange } from './mailbox-view.ts';
import { type Completion, done, type Move, type Output, type Transition } from './move.ts';
import type { Question } from './question.ts';
import { formatContinuation, formatTagged, formatUntagged, type ResponseCode } from './response.ts';
import type { ServerFacts } from './server-facts.ts';
import type { LiveState, RunningCommand, SelectedState, SessionState } from './state.ts';
import { formatUpdates } from './updates.ts';

export type SessionEvent =
  | { readonly kind: 'connected' }
  | { readonly kind: 'command'; readonly command: Tagged<Command> }
  /** A line that is no command, or breaks a rule of the grammar. */
  | {
      readonly kind: 'not-understood';
      readonly tag: string | undefined;
      readonly status?: 'NO' | 'BAD';
      readonly code?: ResponseCode | undefined;
      readonly message: string;
      readonly fatal: boolean;
    }
  /** The client's line while a SASL exchange or IDLE goes on. */
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'answered'; readonly answer: unknown }
  /** The world could not answer. */
  | { readonly kind: 'failed'; readonly code: ResponseCode; readonly message: string }
  | {
      readonly kind: 'changed';
      readonly change: ViewChange | { readonly kind: 'deleted' } | { readonly kind: 'reset' };
    }
  /** A good moment to tell an idling client what has changed. */
  | { readonly kind: 'settle' }
  | { readonly kind: 'closing'; readonly message: string };

export type Effect =
  /** Wait for a moment before going on. */
  | { readonly kind: 'hold-back' }
  | { readonly kind: 'send'; readonly output: Output }
  | { readonly kind: 'ask'; readonly question: Question }
  | { readonly kind: 'close' };

export interface Step {
  readonly state: SessionState;
  readonly effects: readonly Effect[];
}

export const SESSION_LIMITS = {
  /** Commands not understood and logins refused, before BYE. */
  mistakes: 20,
  /** From so many on the answers are held back. */
  softMistakes: 10,
  /** Commands before the login that bring it no nearer (NOOP, CAPABILITY …); beyond it each is a mistake. */
  idleCommands: 100,
} as const;

export function initialState(facts: ServerFacts): SessionState {
  return { phase: 'not-authenticated', facts, activity: { kind: 'ready' }, mistakes: 0, idleCommands: 0 };
}

export function step(state: SessionState, event: SessionEvent): Step {
  if (state.phase === 'logout') return { state, effects: [] };
  switch (event.kind) {
    case 'connected':
      return { state, effects: [send(greeting(state.facts))] };
    case 'command':
      return begin(state, event.command);
    case 'not-understood':
      return rejectLine(state, event);
    case 'line':
      return hearLine(state, event.text);
    case 'answered':
      return hearAnswer(state, event.answer);
    case 'failed':
      return failCommand(state, event.code, event.message);
    case 'changed':
      return { state: applyChange(state, event.change), effects: [] };
    case 'settle':
      return settle(state);
    case 'closing':
      return farewell(event.message);
    default:
      return unreachable(event);
  }
}

function greeting(facts: ServerFacts): string {
  return formatUntagged('OK', { kind: 'capability', capabilities: capabilitiesOf(facts, false) }, 'Valija ready');
}

function begin(state: LiveState, { tag, command }: Tagged<Command>): Step {
  if (state.phase === 'selected' && state.mailbox.lost && command.kind !== 'logout') return farewellToLostMailbox();
  const running: RunningCommand = { tag, updates: updatesOf(command) };
  return proceed(state, running, runCommand(command, state, tag));
}

function rejectLine(state: LiveState, line: Extract<SessionEvent, { kind: 'not-understood' }>): Step {
  const { tag, status = 'BAD', code, message } = line;
  const text = tag === undefined ? formatUntagged(status, code, message) : formatTagged(tag, status, code, message);
  if (line.fatal) return withTextBefore(text, farewell(message));
  return countMistake({ ...state, activity: { kind: 'ready' } }, [send(text)]);
}

function hearLine(state: LiveState, text: string): Step {
  const { activity } = state;
  switch (activity.kind) {
    case 'authenticating':
      return proceed(state, activity.running, activity.resume(text));
    case 'idling':
      return proceed(state, activity.running, endIdle(text));
    case 'ready':
    case 'asking':
      return { state, effects: [] };
    default:
      return unreachable(activity);
  }
}

/** RFC 2177 §3: `DONE`, in any case. */
function endIdle(text: string): Completion {
  return text.toUpperCase() === 'DONE' ? done('OK', 'IDLE completed') : done('BAD', 'DONE was expected');
}

function hearAnswer(state: LiveState, answer: unknown): Step {
  const { activity } = state;
  if (activity.kind !== 'asking') return { state, effects: [] };
  // `ask` tied the question to what goes on with its answer.
  const resume = activity.resume as (answer: unknown) => Move;
  return proceed(state, activity.running, resume(answer));
}

function failCommand(state: LiveState, code: ResponseCode, message: string): Step {
  const { activity } = state;
  if (activity.kind !== 'asking') return farewell(message);
  return finish(state, activity.running, done('NO', message, { code }));
}

function proceed(state: LiveState, running: RunningCommand, move: Move): Step {
  switch (move.kind) {
    case 'ask': {
      const ask: Effect = { kind: 'ask', question: move.question };
      const effects = move.send === '' ? [ask] : [send(move.send), ask];
      return { state: { ...state, activity: { kind: 'asking', running, resume: move.resume } }, effects };
    }
    case 'challenge':
      return {
        state: { ...state, activity: { kind: 'authenticating', running, resume: move.resume } },
        effects: [send(formatContinuation(move.text))],
      };
    case 'idle': {
      const idling = settle({ ...state, activity: { kind: 'idling', running } });
      return withTextBefore(formatContinuation('idling'), idling);
    }
    case 'secured':
      return { state: initialState(move.facts), effects: [] };
    case 'done':
      return finish(state, running, move);
    default:
      return unreachable(move);
  }
}

function finish(state: LiveState, running: RunningCommand, completion: Completion): Step {
  const { status, code, text } = completion;
  const next = transit({ ...state, activity: { kind: 'ready' } }, completion.transition);
  const updates = isSameMailbox(state, next) ? takeUpdates(next, running.updates) : [];
  const tagged = formatTagged(running.tag, status, code, text);
  const effects = [...completion.untagged, ...updates, tagged].map(send);
  if (next.phase === 'logout') return { state: next, effects: [...effects, { kind: 'close' }] };
  if (isMistake(state, status)) return countMistake(next, effects);
  if (next.phase !== 'not-authenticated') return { state: next, effects };
  const idle = { ...next, idleCommands: next.idleCommands + 1 };
  return idle.idleCommands > SESSION_LIMITS.idleCommands ? countMistake(idle, effects) : { state: idle, effects };
}

function transit(state: LiveState, transition: Transition | undefined): SessionState {
  if (transition === undefined) return state;
  const { facts, activity } = state;
  switch (transition.kind) {
    case 'authenticated':
    case 'unselected':
      return { phase: 'authenticated', facts, activity, mistakes: 0, idleCommands: 0 };
    case 'selected':
      return { phase: 'selected', facts, activity, mistakes: 0, idleCommands: 0, mailbox: transition.mailbox };
    case 'logged-out':
      return { phase: 'logout' };
    default:
      return unreachable(transition);
  }
}

function isSameMailbox(before: LiveState, after: SessionState): after is SelectedState {
  return before.phase === 'selected' && after.phase === 'selected' && before.mailbox.view === after.mailbox.view;
}

function takeUpdates({ mailbox }: SelectedState, rule: RunningCommand['updates']): Output[] {
  if (rule === 'none') return [];
  return formatUpdates(mailbox, mailbox.view.takeUpdates({ expunges: rule === 'all' }));
}

function isMistake(state: LiveState, status: Completion['status']): boolean {
  return status === 'BAD' || (status === 'NO' && state.phase === 'not-authenticated');
}

function countMistake(state: LiveState, effects: readonly Effect[]): Step {
  const mistakes = state.mistakes + 1;
  if (mistakes < SESSION_LIMITS.softMistakes) return { state: { ...state, mistakes }, effects };
  if (mistakes < SESSION_LIMITS.mistakes) {
    return { state: { ...state, mistakes }, effects: [{ kind: 'hold-back' }, ...effects] };
  }
  const bye = farewell('Too many mistakes');
  return { state: bye.state, effects: [...effects, ...bye.effects] };
}

function applyChange(state: LiveState, change: Extract<SessionEvent, { kind: 'changed' }>['change']): SessionState {
  if (state.phase !== 'selected') return state;
  if (change.kind === 'deleted' || change.kind === 'reset') {
    return { ...state, mailbox: { ...state.mailbox, lost: true } };
  }
  state.mailbox.view.apply(change);
  return state;
}

function settle(state: LiveState): Step {
  if (state.activity.kind !== 'idling' || state.phase !== 'selected') return { state, effects: [] };
  if (state.mailbox.lost) return farewellToLostMailbox();
  return { state, effects: takeUpdates(state, 'all').map(send) };
}

/** RFC 2180 §3.3: the session ends rather than go on with numbers that mean nothing. */
function farewellToLostMailbox(): Step {
  return farewell('The selected mailbox is no longer there');
}

function farewell(message: string): Step {
  const bye = send(formatUntagged('BYE', undefined, message));
  return { state: { phase: 'logout' }, effects: [bye, { kind: 'close' }] };
}

function withTextBefore(text: string, { state, effects }: Step): Step {
  return { state, effects: [send(text), ...effects] };
}

function send(output: Output): Effect {
  return { kind: 'send', output };
}
