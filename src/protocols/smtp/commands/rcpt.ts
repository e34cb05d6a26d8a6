// RCPT names one who shall get the message. RFC 5321 §4.1.1.3, §3.3.

import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import { ask, type Step, say } from '../event.ts';
import { parsePathMailbox, splitPathArgument } from '../grammar/path.ts';
import { parseRcptParameters } from '../grammar/rcpt-parameters.ts';
import { countJunk } from '../junk.ts';
import { mistake } from '../mistake.ts';
import type { Answer } from '../question.ts';
import { reply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import { type CommandState, withSession } from '../state.ts';
import { isAscii } from './mail.ts';

// rcpt = "RCPT TO:" ( "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path ) [SP Rcpt-parameters] CRLF
export function rcpt(state: CommandState, argument: string, setting: SmtpSetting): Step {
  if (state.phase !== 'envelope') throw new Error(`RCPT in phase ${state.phase}`);
  const split = splitPathArgument(argument, 'TO:', setting.quirks);
  if (split === undefined) return mistake(state, reply(501, '5.5.4', 'Syntax: RCPT TO:<address>'), setting);
  const address = parseForwardPath(split.path, setting.hostname);
  if (address === undefined) return mistake(state, reply(501, '5.1.3', 'Bad recipient address syntax'), setting);
  if (split.parameters !== '' && state.session.greeting?.extended !== true) {
    return mistake(state, reply(555, '5.5.4', 'Parameters need EHLO'), setting);
  }
  const parameters = parseRcptParameters(split.parameters, setting.quirks);
  if (!parameters.ok) return mistake(state, parameters.error, setting);
  if (!state.transaction.parameters.smtpUtf8 && !isAscii(argument)) {
    return mistake(state, reply(553, '5.6.7', 'This recipient needs the parameter SMTPUTF8 at MAIL'), setting);
  }
  // RFC 5321 §4.5.3.1.10: what is over the limit is for another transaction, and no mistake.
  if (state.transaction.recipients >= setting.limits.recipients) return overshoot(state, setting);
  return ask({ kind: 'recipient', address, parameters: parameters.value }, state);
}

/** Who goes on regardless is no longer excused. */
function overshoot(state: Extract<CommandState, { phase: 'envelope' }>, setting: SmtpSetting): Step {
  const count = state.transaction.overshoot + 1;
  const next = { ...state, transaction: { ...state.transaction, overshoot: count } };
  const answer = reply(452, '4.5.3', 'Too many recipients');
  return count > setting.limits.recipientOvershoot ? mistake(next, answer, setting) : say(next, answer);
}

export function rcptAnswered(from: CommandState, answer: Answer, setting: SmtpSetting): Step {
  if (from.phase !== 'envelope') throw new Error(`an answer to RCPT in phase ${from.phase}`);
  if (answer.kind === 'failed') return say(from, answer.reply);
  if (answer.kind !== 'verdict') throw new Error(`RCPT was answered with ${answer.kind}`);
  switch (answer.outcome) {
    case 'reject':
      return mistake(from, answer.reply, setting);
    case 'defer':
      return say(withSession(from, countJunk(from.session, setting)), answer.reply);
    case 'permit': {
      const transaction = { ...from.transaction, recipients: from.transaction.recipients + 1 };
      return say({ ...from, transaction }, answer.reply);
    }
  }
}

/** Postmaster needs no domain: it is ours. RFC 5321 §4.5.1. */
function parseForwardPath(path: string, hostname: string): AddrSpec | undefined {
  if (path.toLowerCase() === 'postmaster') return { localPart: 'postmaster', domain: hostname };
  return parsePathMailbox(path);
}
