// QUIT. RFC 5321 §4.1.1.10.

import { type Step, sayAndClose } from '../event.ts';
import { complainOfArgument } from '../mistake.ts';
import { reply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import type { CommandState } from '../state.ts';

export function quit(state: CommandState, argument: string, setting: SmtpSetting): Step {
  const complaint = complainOfArgument(state, 'QUIT', argument, setting);
  return complaint ?? sayAndClose(state, reply(221, '2.0.0', `${setting.hostname} Bye`));
}
