// HELO, EHLO and LHLO. RFC 5321 §4.1.1.1, RFC 2033 §4.1. A greeting ends the message that was begun, as RSET does,
// but only when it is taken: a refused one changes nothing (RFC 5321 §4.1.4).

import { ask, type Effect, type Step, say } from '../event.ts';
import { parseGreetingName } from '../grammar/greeting-name.ts';
import type { Greeting } from '../greeting.ts';
import { mistake } from '../mistake.ts';
import type { Answer } from '../question.ts';
import { reply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import type { CommandState, Session, Verb } from '../state.ts';

export const helo = greetWith('HELO');
export const ehlo = greetWith('EHLO');
export const lhlo = greetWith('LHLO');

function greetWith(verb: Verb) {
  return (state: CommandState, argument: string, setting: SmtpSetting): Step => {
    if (!setting.profile.greetings.includes(verb)) {
      const right = setting.profile.greetings.at(-1);
      return mistake(state, reply(500, '5.5.1', `${verb} is not spoken here: say ${right}`), setting);
    }
    const name = parseGreetingName(argument, setting.quirks);
    if (name === undefined) return mistake(state, reply(501, '5.5.4', `Syntax: ${verb} hostname`), setting);
    return ask({ kind: 'greeting', greeting: { name, extended: verb !== 'HELO' } }, state);
  };
}

export function greetingAnswered(from: CommandState, greeting: Greeting, answer: Answer, setting: SmtpSetting): Step {
  if (answer.kind === 'failed') return say(from, answer.reply);
  if (answer.kind !== 'verdict') throw new Error(`a greeting was answered with ${answer.kind}`);
  if (answer.outcome !== 'permit') return mistake(from, answer.reply, setting);
  const session: Session = { ...from.session, greeting };
  const lines = greeting.extended ? [...answer.reply.lines, ...extensions(session, setting)] : answer.reply.lines;
  const effects: Effect[] = [{ kind: 'reply', reply: { ...answer.reply, lines } }];
  if ('transaction' in from) effects.unshift({ kind: 'abandon', reason: 'reset' });
  return { state: { phase: 'ready', session }, effects };
}

/** What EHLO announces: exactly what this session will do as it stands. */
function extensions(session: Session, setting: SmtpSetting): string[] {
  const { profile, limits, tlsLevel } = setting;
  const mayLogIn = profile.authentication !== 'none' && session.mechanisms.length > 0;
  return [
    'PIPELINING',
    `SIZE ${limits.messageOctets}`,
    ...(tlsLevel !== 'none' && !session.secured ? ['STARTTLS'] : []),
    ...(mayLogIn ? [`AUTH ${session.mechanisms.join(' ')}`] : []),
    'ENHANCEDSTATUSCODES',
    '8BITMIME',
    'SMTPUTF8',
    'DSN',
    // RFC 8689 §2: only under TLS.
    ...(session.secured ? ['REQUIRETLS'] : []),
    'CHUNKING',
    'BINARYMIME',
  ];
}
