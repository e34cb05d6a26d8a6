// The client's mistakes are answered, counted, held back, and at some point enough.

import { type Effect, type Step, sayAndClose } from './event.ts';
import { reply, type SmtpReply } from './reply.ts';
import type { SmtpSetting } from './setting.ts';
import { type CommandState, withSession } from './state.ts';

export function mistake(state: CommandState, answer: SmtpReply, setting: SmtpSetting): Step {
  const errors = state.session.errors + 1;
  const next = withSession(state, { ...state.session, errors });
  if (errors >= setting.limits.errors) return tooManyErrors(next, setting, answer);
  return { state: next, effects: [...heldBack(errors, setting), { kind: 'reply', reply: answer }] };
}

export function tooManyErrors(state: CommandState, setting: SmtpSetting, ...answers: readonly SmtpReply[]): Step {
  return sayAndClose(state, ...answers, reply(421, '4.7.0', `${setting.hostname} Too many errors, closing`));
}

/** Nobody mistypes so often: whoever tries things out shall need time for it. */
export function heldBack(errors: number, { limits }: SmtpSetting): readonly Effect[] {
  return errors >= limits.softErrors ? [{ kind: 'hold-back' }] : [];
}

/** For commands that take no argument; `undefined` where there is none. */
export function complainOfArgument(
  state: CommandState,
  verb: string,
  argument: string,
  setting: SmtpSetting,
): Step | undefined {
  if (argument === '') return undefined;
  return mistake(state, reply(501, '5.5.4', `Syntax: ${verb}, without an argument`), setting);
}
