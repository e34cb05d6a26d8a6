// RSET forgets the message that was begun. RFC 5321 §4.1.1.5.

import type { Effect, Step } from '../event.ts';
import { complainOfArgument } from '../mistake.ts';
import { reply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import { betweenMessages, type CommandState } from '../state.ts';

export function rset(state: CommandState, argument: string, setting: SmtpSetting): Step {
  const complaint = complainOfArgument(state, 'RSET', argument, setting);
  if (complaint !== undefined) return complaint;
  const effects: Effect[] = [{ kind: 'reply', reply: reply(250, '2.0.0', 'Ok') }];
  if ('transaction' in state) effects.unshift({ kind: 'abandon', reason: 'reset' });
  return { state: betweenMessages(state.session), effects };
}
