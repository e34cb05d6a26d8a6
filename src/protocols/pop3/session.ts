// The machine: a function of state and event. RFC 1939 §3–§6, RFC 5034 §4.

import { unreachable } from '#base/unreachable.ts';
import { parseBase64 } from '#protocols/sasl/base64.ts';
import type { LoginOutcome, LoginRefusal } from '#protocols/sasl/login-outcome.ts';
import { COMMANDS } from './commands.ts';
import type { LineDefect } from './framing.ts';
import { LOGIN_REFUSALS } from './login-replies.ts';
import { error, ok } from './reply.ts';
import { type AuthorizationState, authorization, type CommandState, type Pop3State, type Session } from './state.ts';
import { ask, type MaildropOutcome, type Pop3Event, refuse, type Step, say, sayAndClose } from './step.ts';

/** The greeting holds no `<…>`: APOP needs the password in clear on the server. */
export function begin(session: Session, hostname: string): Step {
  return say(authorization(session), ok(`${hostname} Valija POP3 ready`));
}

export function advance(state: Pop3State, event: Pop3Event): Step {
  switch (event.kind) {
    case 'line':
      return readLine(state, event.text);
    case 'broken-line':
      return refuseLine(state, event.defect);
    case 'tls-started':
      return { state: authorization({ ...state.session, secure: true, mechanisms: event.mechanisms }), effects: [] };
    case 'login':
      return goOnLogin(state.session, event.outcome);
    case 'maildrop':
      return enterMaildrop(state.session, event.outcome);
    case 'message-sent':
      if (state.phase === 'transaction') state.maildrop.markRetrieved(event.message);
      return { state, effects: [] };
    default:
      return unreachable(event);
  }
}

function readLine(state: Pop3State, text: string): Step {
  switch (state.phase) {
    case 'authorization':
    case 'transaction':
      return runCommand(state, text);
    case 'challenged':
      return readResponse(state.session, text);
    case 'confirming':
      if (text === '') return ask(state.session, { kind: 'open-maildrop' });
      return countRefusal(state.session, text === '*' ? 'cancelled' : 'malformed');
    case 'waiting':
    case 'closed':
      return { state, effects: [] };
    default:
      return unreachable(state);
  }
}

/** `command = keyword *(SP param) CRLF` with `keyword = 3*4VCHAR`: RFC 2449 §3. Any case. */
function runCommand(state: CommandState, text: string): Step {
  const space = text.indexOf(' ');
  const keyword = (space === -1 ? text : text.slice(0, space)).toUpperCase();
  const argument = space === -1 ? undefined : text.slice(space + 1);
  const command = COMMANDS.get(keyword);
  if (command === undefined) return refuse(state, 'Unknown command');
  switch (state.phase) {
    case 'authorization': {
      if (command.authorization === undefined) return refuse(state, 'Log in first');
      // PASS is only understood right behind USER.
      const counted = countIdle(state, keyword);
      if (counted.session.idleCommands > counted.session.limits.idleCommands) {
        return refuse(counted, 'Too many commands before a login');
      }
      return command.authorization(keyword === 'PASS' ? counted : authorization(counted.session), argument);
    }
    case 'transaction':
      if (command.transaction === undefined) return refuse(state, 'You are logged in already');
      return command.transaction(state, argument);
    default:
      return unreachable(state);
  }
}

/** Commands that a login needs are none that keep it off; names without a password are. */
function countIdle(state: AuthorizationState, keyword: string): AuthorizationState {
  if (keyword === 'PASS' || keyword === 'AUTH' || keyword === 'STLS' || keyword === 'QUIT') return state;
  return { ...state, session: { ...state.session, idleCommands: state.session.idleCommands + 1 } };
}

const DEFECTS: Readonly<Record<LineDefect, string>> = {
  'too-long': 'The line is too long',
  'bare-line-end': 'Lines end in CRLF',
  'control-character': 'The line holds a control character',
  'not-utf8': 'The line is not UTF-8',
};

function refuseLine(state: Pop3State, defect: LineDefect): Step {
  // Where the next line begins is unknown.
  if (defect === 'too-long') return sayAndClose(state.session, error(DEFECTS[defect]));
  switch (state.phase) {
    case 'authorization':
    case 'transaction':
      return refuse(state, DEFECTS[defect]);
    case 'challenged':
      return ask(state.session, { kind: 'continue-login', response: 'cancel' });
    case 'confirming':
      return countRefusal(state.session, 'malformed');
    case 'waiting':
    case 'closed':
      return { state, effects: [] };
    default:
      return unreachable(state);
  }
}

/** What is not base64 ends the exchange as `*` does. */
function readResponse(session: Session, text: string): Step {
  const response = text === '*' ? 'cancel' : (parseBase64(text) ?? 'cancel');
  return ask(session, { kind: 'continue-login', response });
}

function goOnLogin(session: Session, outcome: LoginOutcome): Step {
  switch (outcome.kind) {
    case 'challenge':
      return say({ phase: 'challenged', session }, { kind: 'challenge', data: outcome.data });
    case 'accepted':
      // RFC 5034 §4: +OK has no room for data, so the mechanism's last word is one more challenge.
      if (outcome.data === undefined) return ask(session, { kind: 'open-maildrop' });
      return say({ phase: 'confirming', session }, { kind: 'challenge', data: outcome.data });
    case 'rejected':
      return countRefusal(session, outcome.reason);
    default:
      return unreachable(outcome);
  }
}

function countRefusal(before: Session, reason: LoginRefusal): Step {
  const session = { ...before, refusedLogins: before.refusedLogins + 1 };
  if (session.refusedLogins > session.limits.refusedLogins) return sayAndClose(session, LOGIN_REFUSALS[reason]);
  return say(authorization(session), LOGIN_REFUSALS[reason]);
}

function enterMaildrop(session: Session, outcome: MaildropOutcome): Step {
  switch (outcome.kind) {
    case 'opened': {
      const { maildrop } = outcome;
      const text = `Logged in, ${maildrop.count} messages (${maildrop.sizeBytes} octets)`;
      return say({ phase: 'transaction', session, maildrop }, ok(text));
    }
    case 'in-use':
      return say(authorization(session), error('Another session holds this maildrop', 'IN-USE'));
    case 'failed':
      return say(authorization(session), outcome.reply);
    default:
      return unreachable(outcome);
  }
}
