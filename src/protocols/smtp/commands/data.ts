// DATA: the content follows, and a dot on a line of its own ends it. RFC 5321 §4.1.1.4.

import { type Step, say } from '../event.ts';
import { complainOfArgument, mistake } from '../mistake.ts';
import { reply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import type { CommandState } from '../state.ts';

export function data(state: CommandState, argument: string, setting: SmtpSetting): Step {
  if (state.phase !== 'envelope') throw new Error(`DATA in phase ${state.phase}`);
  const complaint = complainOfArgument(state, 'DATA', argument, setting);
  if (complaint !== undefined) return complaint;
  // Whoever pipelines says DATA before it can know that every recipient was refused: no mistake.
  if (state.transaction.recipients === 0) return say(state, reply(503, '5.5.1', 'No valid recipients'));
  if (state.transaction.parameters.body === 'BINARYMIME') {
    return mistake(state, reply(503, '5.5.1', 'BINARYMIME needs BDAT'), setting);
  }
  return say(
    { phase: 'content', session: state.session, transaction: state.transaction },
    { code: 354, lines: ['End data with <CR><LF>.<CR><LF>'] },
  );
}
