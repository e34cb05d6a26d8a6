// Commands that change nothing are free, up to a number; whoever goes on with them, without ever bringing a message, makes
// mistakes from then on, which are held back and at some point enough. Postfix's `smtpd_junk_command_limit`.

import type { Step } from './event.ts';
import { heldBack, tooManyErrors } from './mistake.ts';
import type { SmtpSetting } from './setting.ts';
import { type CommandState, type Session, type Verb, withSession } from './state.ts';

const JUNK: ReadonlySet<Verb> = new Set<Verb>(['NOOP', 'RSET', 'VRFY', 'HELP']);
const GREETINGS: ReadonlySet<Verb> = new Set<Verb>(['HELO', 'EHLO', 'LHLO']);

export function isJunk(verb: Verb, { session }: CommandState): boolean {
  return JUNK.has(verb) || (GREETINGS.has(verb) && session.greeting !== undefined);
}

export function runAsJunk(state: CommandState, run: (state: CommandState) => Step, setting: SmtpSetting): Step {
  const session = countJunk(state.session, setting);
  const counted = withSession(state, session);
  if (session.errors === state.session.errors) return run(counted);
  if (session.errors >= setting.limits.errors) return tooManyErrors(counted, setting);
  const { state: next, effects } = run(counted);
  return { state: next, effects: [...heldBack(session.errors, setting), ...effects] };
}

export function countJunk(session: Session, { limits }: SmtpSetting): Session {
  const junk = session.junk + 1;
  return { ...session, junk, errors: junk > limits.junkCommands ? session.errors + 1 : session.errors };
}
