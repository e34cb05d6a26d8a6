// NOOP does nothing; its argument is passed over. RFC 5321 §4.1.1.9.

import { type Step, say } from '../event.ts';
import { reply } from '../reply.ts';
import type { CommandState } from '../state.ts';

export function noop(state: CommandState): Step {
  return say(state, reply(250, '2.0.0', 'Ok'));
}
