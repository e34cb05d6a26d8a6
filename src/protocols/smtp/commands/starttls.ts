// STARTTLS. RFC 3207 §4. What was said in clear is forgotten afterwards, the greeting and a login too (§4.2).

import type { Step } from '../event.ts';
import { complainOfArgument, mistake } from '../mistake.ts';
import { reply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import type { CommandState } from '../state.ts';

export function starttls(state: CommandState, argument: string, setting: SmtpSetting): Step {
  const { session } = state;
  if (session.secured) return mistake(state, reply(503, '5.5.1', 'TLS is active already'), setting);
  if (setting.tlsLevel === 'none') return mistake(state, reply(502, '5.5.1', 'Command not implemented'), setting);
  const complaint = complainOfArgument(state, 'STARTTLS', argument, setting);
  if (complaint !== undefined) return complaint;
  return {
    state: { phase: 'securing', session },
    effects: [{ kind: 'reply', reply: reply(220, '2.0.0', 'Ready to start TLS') }, { kind: 'start-tls' }],
  };
}

export function tlsStarted(mechanisms: readonly string[]): Step {
  const session = { greeting: undefined, secured: true, mechanisms, authenticated: false, errors: 0, junk: 0 };
  return { state: { phase: 'fresh', session }, effects: [] };
}
