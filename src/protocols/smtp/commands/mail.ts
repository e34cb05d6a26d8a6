// MAIL begins a message. RFC 5321 §4.1.1.2, §3.3, RFC 8689 §2.

import { ask, type Step, say } from '../event.ts';
import { parseMailParameters } from '../grammar/mail-parameters.ts';
import { parsePathMailbox, splitPathArgument } from '../grammar/path.ts';
import { countJunk } from '../junk.ts';
import { mistake } from '../mistake.ts';
import type { Answer, Question } from '../question.ts';
import { reply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import { type CommandState, withSession } from '../state.ts';

// mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF
export function mail(state: CommandState, argument: string, setting: SmtpSetting): Step {
  const { session } = state;
  if (setting.profile.authentication === 'required' && !session.authenticated) {
    const first = session.secured ? 'Authentication required' : 'Must issue a STARTTLS command first';
    return mistake(state, reply(530, '5.7.0', first), setting);
  }
  const split = splitPathArgument(argument, 'FROM:', setting.quirks);
  if (split === undefined) return mistake(state, reply(501, '5.5.4', 'Syntax: MAIL FROM:<address>'), setting);
  const reversePath = split.path === '' ? undefined : parsePathMailbox(split.path);
  if (reversePath === undefined && split.path !== '') {
    return mistake(state, reply(501, '5.1.7', 'Bad sender address syntax'), setting);
  }
  if (split.parameters !== '' && session.greeting?.extended !== true) {
    return mistake(state, reply(555, '5.5.4', 'Parameters need EHLO'), setting);
  }
  const parameters = parseMailParameters(split.parameters);
  if (!parameters.ok) return mistake(state, parameters.error, setting);
  if (!parameters.value.smtpUtf8 && !isAscii(split.path)) {
    return mistake(state, reply(553, '5.6.7', 'This sender address needs the parameter SMTPUTF8'), setting);
  }
  if (parameters.value.requireTls === true && !session.secured) {
    return mistake(state, reply(530, '5.7.10', 'REQUIRETLS needs TLS: issue a STARTTLS command first'), setting);
  }
  if ((parameters.value.declaredSizeBytes ?? 0) > setting.limits.messageOctets) {
    return say(state, reply(552, '5.3.4', `Message size exceeds the limit of ${setting.limits.messageOctets} octets`));
  }
  return ask({ kind: 'sender', reversePath, parameters: parameters.value }, state);
}

export function mailAnswered(
  from: CommandState,
  question: Extract<Question, { kind: 'sender' }>,
  answer: Answer,
  setting: SmtpSetting,
): Step {
  if (answer.kind === 'failed') return say(from, answer.reply);
  if (answer.kind !== 'verdict') throw new Error(`MAIL was answered with ${answer.kind}`);
  switch (answer.outcome) {
    case 'reject':
      return mistake(from, answer.reply, setting);
    case 'defer':
      return say(withSession(from, countJunk(from.session, setting)), answer.reply);
    case 'permit': {
      const transaction = { parameters: question.parameters, recipients: 0, overshoot: 0 };
      return say({ phase: 'envelope', session: from.session, transaction }, answer.reply);
    }
  }
}

export function isAscii(text: string): boolean {
  return !/[^\x00-\x7f]/.test(text);
}
