// Commands of the standards that we know and do not have. RFC 5321 §4.2.4: 502, not 500.

import type { Step } from '../event.ts';
import { mistake } from '../mistake.ts';
import { reply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import type { CommandState } from '../state.ts';

export function notImplemented(state: CommandState, _argument: string, setting: SmtpSetting): Step {
  return mistake(state, reply(502, '5.5.1', 'Command not implemented'), setting);
}
