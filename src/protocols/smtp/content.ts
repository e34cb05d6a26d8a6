// What follows when octets of a message end: the next chunk, the decision, or the end of the matter. RFC 5321
// §4.1.1.4, RFC 3030 §2, RFC 2033 §4.2.

import { unreachable } from '#base/unreachable.ts';
import { ask, type ContentOutcome, type Effect, type Step, say, sayAndClose } from './event.ts';
import type { Answer } from './question.ts';
import { reply, type SmtpReply } from './reply.ts';
import type { SmtpSetting } from './setting.ts';
import type { CommandState, MailTransaction, Session, SmtpState } from './state.ts';

export type ReceivingState = Extract<SmtpState, { phase: 'content' | 'chunk' }>;

const TOO_LARGE = reply(552, '5.3.4', 'Message size exceeds the limit');
const BARE_LINE_END = reply(550, '5.6.11', 'Lines must end in CRLF; bare CR or LF is not accepted');

export function contentEnded(state: ReceivingState, outcome: ContentOutcome, setting: SmtpSetting): Step {
  switch (outcome.kind) {
    case 'complete':
      return contentComplete(state);
    case 'too-large':
      return messageFailed(state, TOO_LARGE, 'too-large', setting);
    case 'bare-line-end':
      return messageFailed(state, BARE_LINE_END, 'failed', setting);
    case 'failed':
      return messageFailed(state, outcome.reply, 'failed', setting);
    default:
      return unreachable(outcome);
  }
}

function contentComplete(state: ReceivingState): Step {
  const { session, transaction } = state;
  if (state.phase === 'chunk' && !state.last) {
    return say({ phase: 'chunks', session, transaction }, reply(250, '2.0.0', `${state.octets} octets received`));
  }
  return ask({ kind: 'content' }, { phase: 'envelope', session, transaction });
}

/** Two servers may see two different ends in such content: it is given up with the connection, never read on. */
export function contentBroken(state: ReceivingState, defect: 'bare-line-end' | 'endless', setting: SmtpSetting): Step {
  const answer = defect === 'endless' ? TOO_LARGE : BARE_LINE_END;
  const reason = defect === 'endless' ? 'too-large' : 'failed';
  const end = sayAndClose(state, ...contentReplies(state, answer, setting));
  return { state: end.state, effects: [{ kind: 'abandon', reason }, ...end.effects] };
}

export function contentAnswered(from: CommandState, answer: Answer, setting: SmtpSetting): Step {
  if (from.phase !== 'envelope') throw new Error(`an answer to the content in phase ${from.phase}`);
  if (answer.kind === 'failed') {
    return messageOver(from.session, perRecipient(from.transaction, answer.reply, setting));
  }
  if (answer.kind !== 'content') throw new Error(`the content was answered with ${answer.kind}`);
  const expected = setting.profile.contentReplies === 'per-recipient' ? from.transaction.recipients : 1;
  if (answer.replies.length !== expected) {
    throw new Error(`${answer.replies.length} replies to the content where ${expected} are due`);
  }
  const taken = answer.replies.some((each) => each.code < 300);
  return messageOver(taken ? { ...from.session, errors: 0, junk: 0 } : from.session, answer.replies);
}

function messageFailed(
  state: ReceivingState,
  answer: SmtpReply,
  reason: 'too-large' | 'failed',
  setting: SmtpSetting,
): Step {
  const over = messageOver(state.session, contentReplies(state, answer, setting));
  return { state: over.state, effects: [{ kind: 'abandon', reason }, ...over.effects] };
}

function messageOver(session: Session, replies: readonly SmtpReply[]): Step {
  const effects = replies.map((each): Effect => ({ kind: 'reply', reply: each }));
  return { state: { phase: 'ready', session }, effects };
}

/** A chunk that is not the last has one reply, with LMTP too. */
function contentReplies(state: ReceivingState, answer: SmtpReply, setting: SmtpSetting): readonly SmtpReply[] {
  if (state.phase === 'chunk' && !state.last) return [answer];
  return perRecipient(state.transaction, answer, setting);
}

function perRecipient(transaction: MailTransaction, answer: SmtpReply, setting: SmtpSetting): readonly SmtpReply[] {
  if (setting.profile.contentReplies === 'one') return [answer];
  return Array.from({ length: transaction.recipients }, () => answer);
}
