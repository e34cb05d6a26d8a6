// AUTH carries a SASL exchange: this file its octets, whoever is asked the decision. RFC 4954 §4, §6.

import { unreachable } from '#base/unreachable.ts';
import { parseBase64, parseInitialResponse } from '#protocols/sasl/base64.ts';
import type { LoginRefusal } from '#protocols/sasl/login-outcome.ts';
import { ask, type Step, say } from '../event.ts';
import { mistake } from '../mistake.ts';
import type { Answer } from '../question.ts';
import { reply, type SmtpReply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import { type CommandState, withSession } from '../state.ts';

const SUCCESS = reply(235, '2.7.0', 'Authentication successful');
const NOT_BASE64 = reply(501, '5.5.2', 'The response is not base64');

// A disabled account looks like a wrong password: only its owner needs to know, and has other ways to.
const REJECTIONS: Readonly<Record<LoginRefusal, SmtpReply>> = {
  'invalid-credentials': reply(535, '5.7.8', 'Authentication credentials invalid'),
  disabled: reply(535, '5.7.8', 'Authentication credentials invalid'),
  throttled: reply(454, '4.7.0', 'Too many failed logins, try again later'),
  unavailable: reply(454, '4.7.0', 'Temporary authentication failure'),
  malformed: reply(501, '5.5.2', 'The response does not fit the mechanism'),
  cancelled: reply(501, '5.7.0', 'Authentication cancelled'),
  'mechanism-unknown': reply(504, '5.5.4', 'Authentication mechanism not known'),
};

// AUTH = "AUTH" SP mechanism [SP initial-response] CRLF      ; initial-response = base64 / "="
export function auth(state: CommandState, argument: string, setting: SmtpSetting): Step {
  const refusal = refuseAuth(state, setting);
  if (refusal !== undefined) return mistake(state, refusal, setting);
  const [mechanism = '', initial, ...more] = argument.split(' ');
  if (mechanism === '' || more.length > 0) {
    return mistake(state, reply(501, '5.5.4', 'Syntax: AUTH mechanism [initial-response]'), setting);
  }
  const offered = state.session.mechanisms.find((name) => name === mechanism.toUpperCase());
  if (offered === undefined) return mistake(state, REJECTIONS['mechanism-unknown'], setting);
  const response = initial === undefined ? undefined : parseInitialResponse(initial);
  if (initial !== undefined && response === undefined) return mistake(state, NOT_BASE64, setting);
  return ask({ kind: 'login', mechanism: offered, response }, state);
}

function refuseAuth(state: CommandState, setting: SmtpSetting): SmtpReply | undefined {
  if (setting.profile.authentication === 'none') {
    return reply(502, '5.5.1', 'No authentication here; mail clients use submission, ports 465 and 587');
  }
  if (!state.session.secured) return reply(538, '5.7.11', 'Must issue a STARTTLS command first');
  if (state.session.authenticated) return reply(503, '5.5.1', 'Already authenticated');
  if (state.session.greeting?.extended !== true) return reply(503, '5.5.1', 'Send EHLO first');
  return undefined;
}

/** The line that answers a challenge. */
export function saslResponse(from: CommandState, text: string, setting: SmtpSetting): Step {
  if (text === '*') return ask({ kind: 'login-response', response: 'cancel' }, from);
  const response = parseBase64(text);
  return response === undefined ? mistake(from, NOT_BASE64, setting) : ask({ kind: 'login-response', response }, from);
}

/** The line that answers what the server had to say last. */
export function saslConfirmation(from: CommandState, text: string, setting: SmtpSetting): Step {
  if (text === '') return say(authenticated(from), SUCCESS);
  return mistake(from, text === '*' ? REJECTIONS.cancelled : REJECTIONS.malformed, setting);
}

export function loginAnswered(from: CommandState, answer: Answer, setting: SmtpSetting): Step {
  if (answer.kind === 'failed') return say(from, REJECTIONS.unavailable);
  if (answer.kind !== 'login') throw new Error(`AUTH was answered with ${answer.kind}`);
  const { outcome } = answer;
  switch (outcome.kind) {
    case 'challenge':
      return say({ phase: 'challenged', session: from.session, from }, challenge(outcome.data));
    case 'accepted':
      // A 235 has no room for octets: they go out as a challenge, answered by an empty line. RFC 4954 §4.
      if (outcome.data === undefined) return say(authenticated(from), SUCCESS);
      return say({ phase: 'confirming', session: from.session, from }, challenge(outcome.data));
    case 'rejected':
      return mistake(from, REJECTIONS[outcome.reason], setting);
    default:
      return unreachable(outcome);
  }
}

function authenticated(from: CommandState): CommandState {
  return withSession(from, { ...from.session, authenticated: true });
}

function challenge(octets: Buffer): SmtpReply {
  return { code: 334, lines: [octets.toString('base64')] };
}
