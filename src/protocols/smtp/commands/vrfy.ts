// VRFY neither confirms nor denies: what it said would serve nobody but whoever harvests addresses.
// RFC 5321 §3.5.3, §4.1.1.6, §7.3.

import { type Step, say } from '../event.ts';
import { mistake } from '../mistake.ts';
import { reply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import type { CommandState } from '../state.ts';

export function vrfy(state: CommandState, argument: string, setting: SmtpSetting): Step {
  if (argument === '') return mistake(state, reply(501, '5.5.4', 'Syntax: VRFY address'), setting);
  return say(state, reply(252, '2.5.2', 'Cannot verify the address here; RCPT will tell'));
}
