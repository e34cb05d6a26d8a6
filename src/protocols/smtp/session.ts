// The server side of SMTP, submission and LMTP as a function of state and event. RFC 5321 §3, §4. It neither waits nor
// reads: what it needs from the world leaves as a question, and the answer comes back as an event.

import { unreachable } from '#base/unreachable.ts';
import { loginAnswered, saslConfirmation, saslResponse } from './commands/auth.ts';
import { dataAnswered } from './commands/data.ts';
import { greetingAnswered } from './commands/greeting.ts';
import { mailAnswered } from './commands/mail.ts';
import { rcptAnswered } from './commands/rcpt.ts';
import { tlsStarted } from './commands/starttls.ts';
import { COMMANDS, FOREIGN_VERBS, isVerb } from './commands/table.ts';
import { contentAnswered, contentBroken, contentEnded } from './content.ts';
import { ask, type SmtpEvent, type Step, say, sayAndClose } from './event.ts';
import type { LineDefect } from './framing.ts';
import { parseCommandLine } from './grammar/command-line.ts';
import { isJunk, runAsJunk } from './junk.ts';
import { mistake } from './mistake.ts';
import type { Answer } from './question.ts';
import { reply, type SmtpReply } from './reply.ts';
import type { SmtpSetting } from './setting.ts';
import { type CommandState, MAY_FOLLOW, type SmtpState } from './state.ts';
import { needsTlsFirst } from './tls-level.ts';

export interface Arrival {
  /** TLS from the first octet on. */
  readonly secured: boolean;
  readonly mechanisms: readonly string[];
}

/** Nothing is said before it is decided whether this client may talk to us at all. */
export function begin(arrival: Arrival): Step {
  const session = { greeting: undefined, ...arrival, authenticated: false, errors: 0, junk: 0 };
  return ask({ kind: 'connection' }, { phase: 'fresh', session });
}

/** Throws only where the caller breaks the contract: an event that the phase does not wait for. */
export function step(state: SmtpState, event: SmtpEvent, setting: SmtpSetting): Step {
  switch (event.kind) {
    case 'line':
      return lineRead(state, event.text, setting);
    case 'broken-line':
      return brokenLineRead(state, event.defect, setting);
    case 'content-ended':
      if (state.phase === 'skipping') return mistake(state.from, state.reply, setting);
      if (state.phase === 'content' || state.phase === 'chunk') return contentEnded(state, event.outcome, setting);
      return unexpected(state, event);
    case 'content-broken':
      if (state.phase === 'content' || state.phase === 'chunk') return contentBroken(state, event.defect, setting);
      return unexpected(state, event);
    case 'answer':
      return answered(state, event.answer, setting);
    case 'tls-started':
      return state.phase === 'securing' ? tlsStarted(event.mechanisms) : unexpected(state, event);
    case 'peer-closed':
      return sayAndClose(state);
    case 'timed-out':
      return sayAndClose(state, reply(421, '4.4.2', `${setting.hostname} Timeout, closing`));
    case 'stopping':
      return sayAndClose(state, reply(421, '4.3.2', `${setting.hostname} Service shutting down`));
    default:
      return unreachable(event);
  }
}

function lineRead(state: SmtpState, text: string, setting: SmtpSetting): Step {
  switch (state.phase) {
    case 'refused':
    case 'fresh':
    case 'ready':
    case 'envelope':
    case 'chunks':
      return commandRead(state, text, setting);
    case 'challenged':
      return saslResponse(state.from, text, setting);
    case 'confirming':
      return saslConfirmation(state.from, text, setting);
    default:
      return unexpected(state, { kind: 'line' });
  }
}

function commandRead(state: CommandState, text: string, setting: SmtpSetting): Step {
  const { verb, argument } = parseCommandLine(text);
  if (!isVerb(verb)) {
    if (FOREIGN_VERBS.has(verb)) return sayAndClose(state, reply(421, '4.7.0', `${setting.hostname} speaks no HTTP`));
    return mistake(state, reply(500, '5.5.1', 'Command not recognized'), setting);
  }
  if (needsTlsFirst(verb, state.session, setting.tlsLevel)) {
    return mistake(state, reply(530, '5.7.0', 'Must issue a STARTTLS command first'), setting);
  }
  if (!MAY_FOLLOW[state.phase].has(verb)) return mistake(state, outOfOrder(state, setting), setting);
  const run = (from: CommandState) => COMMANDS[verb](from, argument, setting);
  return isJunk(verb, state) ? runAsJunk(state, run, setting) : run(state);
}

function outOfOrder(state: CommandState, setting: SmtpSetting): SmtpReply {
  switch (state.phase) {
    case 'refused':
      return reply(503, '5.5.1', 'Not accepting mail from you; say QUIT');
    case 'fresh':
      return reply(503, '5.5.1', `Send ${setting.profile.greetings.join(' or ')} first`);
    case 'ready':
      return reply(503, '5.5.1', 'Need MAIL first');
    case 'envelope':
      return reply(503, '5.5.1', 'A message has begun: finish it, or say RSET');
    case 'chunks':
      return reply(503, '5.5.1', 'Only BDAT may follow BDAT');
    default:
      return unreachable(state);
  }
}

function brokenLineRead(state: SmtpState, defect: LineDefect, setting: SmtpSetting): Step {
  const exchanging = state.phase === 'challenged' || state.phase === 'confirming';
  switch (defect) {
    case 'too-long':
      return sayAndClose(state, reply(500, exchanging ? '5.5.6' : '5.5.2', 'Line too long'));
    case 'bare-line-end':
      return sayAndClose(state, reply(500, '5.5.2', 'Lines must end in CRLF; bare CR or LF is not accepted'));
    case 'control-character':
      return brokenCommand(state, reply(501, '5.5.2', 'Control characters are not accepted'), setting);
    case 'not-utf8':
      return brokenCommand(state, reply(501, '5.5.2', 'The line is not valid UTF-8'), setting);
    default:
      return unreachable(defect);
  }
}

/** The line is of no use, but where it ends is certain: the session goes on. */
function brokenCommand(state: SmtpState, answer: SmtpReply, setting: SmtpSetting): Step {
  if (state.phase === 'challenged' || state.phase === 'confirming') return mistake(state.from, answer, setting);
  return isCommandState(state) ? mistake(state, answer, setting) : unexpected(state, { kind: 'broken-line' });
}

function isCommandState(state: SmtpState): state is CommandState {
  return Object.hasOwn(MAY_FOLLOW, state.phase);
}

function answered(state: SmtpState, answer: Answer, setting: SmtpSetting): Step {
  if (state.phase !== 'asking') return unexpected(state, { kind: 'answer' });
  const { question, from } = state;
  const last = closingReplies(answer);
  if (last !== undefined) return sayAndClose(state, ...last);
  switch (question.kind) {
    case 'connection':
      return connectionAnswered(from, answer, setting);
    case 'greeting':
      return greetingAnswered(from, question.greeting, answer, setting);
    case 'sender':
      return mailAnswered(from, question, answer, setting);
    case 'recipient':
      return rcptAnswered(from, answer, setting);
    case 'data':
      return dataAnswered(from, question, answer, setting);
    case 'content':
      return contentAnswered(from, answer, setting);
    case 'login':
    case 'login-response':
      return loginAnswered(from, answer, setting);
    default:
      return unreachable(question);
  }
}

/** 421 ends the conversation, whatever it answers. RFC 5321 §3.8. */
function closingReplies(answer: Answer): readonly SmtpReply[] | undefined {
  if (answer.kind === 'verdict') return answer.reply.code === 421 ? [answer.reply] : undefined;
  return answer.kind === 'content' && answer.replies[0]?.code === 421 ? answer.replies : undefined;
}

function connectionAnswered(from: CommandState, answer: Answer, setting: SmtpSetting): Step {
  if (answer.kind === 'failed') return sayAndClose(from, reply(421, '4.3.0', `${setting.hostname} Try again later`));
  if (answer.kind !== 'verdict') throw new Error(`a connection was answered with ${answer.kind}`);
  switch (answer.outcome) {
    case 'permit':
      return say(from, answer.reply);
    case 'reject':
      // As with Postfix, 521 ends the conversation; after another code the client may say QUIT.
      if (answer.reply.code === 521) return sayAndClose(from, answer.reply);
      return say({ phase: 'refused', session: from.session }, answer.reply);
    case 'defer':
      return sayAndClose(from, answer.reply);
  }
}

function unexpected(state: SmtpState, event: { readonly kind: string }): never {
  throw new Error(`SMTP machine: ${event.kind} in phase ${state.phase}`);
}
