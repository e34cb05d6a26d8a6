// HELP. RFC 5321 §4.1.1.8.

import { type Step, say } from '../event.ts';
import { reply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import type { CommandState } from '../state.ts';

export function help(state: CommandState, _argument: string, setting: SmtpSetting): Step {
  const { greetings, authentication } = setting.profile;
  const mayStartTls = setting.tlsLevel !== 'none' && !state.session.secured;
  const verbs = [
    ...greetings,
    ...(mayStartTls ? ['STARTTLS'] : []),
    ...(authentication === 'none' ? [] : ['AUTH']),
    'MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT',
  ];
  return say(state, reply(214, '2.0.0', 'Valija knows these commands:', verbs.join(' ')));
}
