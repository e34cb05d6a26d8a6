// One message: its envelope, in one segment where the server allows it (RFC 2920 §3.1), then its content. Which replies
// belong to which commands is a matter of counting. RFC 5321 §3.3, RFC 3030 §2, RFC 2033 §4.2.

import { type ClientEffect, type ClientStep, send, wait } from './event.ts';
import type { SessionFailure } from './failure.ts';
import { formatMail, formatRcpt, type OutgoingEnvelope } from './outgoing-envelope.ts';
import type { RecipientResult } from './recipient-result.ts';
import type { RemoteReply } from './remote-reply.ts';
import type { ClientSetting } from './setting.ts';
import type { ClientState, Command, Session, Transaction } from './state.ts';

type EnvelopeState = Extract<ClientState, { phase: 'envelope' }>;
type ContentState = Extract<ClientState, { phase: 'content' }>;

export function beginMessage(session: Session, envelope: OutgoingEnvelope): ClientStep {
  return begin(session, envelope, 'message');
}

export function beginProbe(session: Session, envelope: OutgoingEnvelope): ClientStep {
  return begin(session, envelope, 'probe');
}

function begin(session: Session, envelope: OutgoingEnvelope, purpose: Transaction['purpose']): ClientStep {
  const { offered } = session;
  const commands: Command[] = session.mustReset ? [{ stage: 'RSET', line: 'RSET\r\n' }] : [];
  commands.push({ stage: 'MAIL', line: formatMail(envelope, offered) });
  for (const recipient of envelope.recipients) {
    commands.push({ stage: 'RCPT', line: formatRcpt(recipient, offered) });
  }
  // BDAT brings the content with it, so that it waits until somebody is accepted.
  if (purpose === 'message' && !usesBdat(envelope)) commands.push({ stage: 'DATA', line: 'DATA\r\n' });
  return sendNext({ phase: 'envelope', session, transaction: { purpose, envelope, commands, sent: 0, replies: [] } });
}

/** What is no text cannot travel by DATA. RFC 3030 §3. */
function usesBdat({ body }: OutgoingEnvelope): boolean {
  return body === 'BINARYMIME';
}

function sendNext(state: EnvelopeState): ClientStep {
  const { session, transaction } = state;
  const { commands, sent } = transaction;
  const upTo = session.offered.pipelining ? commands.length : sent + 1;
  let octets = '';
  for (let i = sent; i < upTo; i++) octets += commands[i]?.line ?? '';
  return send({ phase: 'envelope', session, transaction: { ...transaction, sent: upTo } }, octets);
}

export function envelopeAnswered(state: EnvelopeState, reply: RemoteReply, setting: ClientSetting): ClientStep {
  const { session } = state;
  const transaction = { ...state.transaction, replies: [...state.transaction.replies, reply] };
  const stage = state.transaction.commands[state.transaction.replies.length]?.stage ?? 'DATA';
  if (reply.code === 421) return endTransaction({ ...state, transaction }, { kind: 'refused', stage, reply });
  if (transaction.replies.length < transaction.sent) return wait({ phase: 'envelope', session, transaction });
  const isHopeless = stage !== 'RSET' && stage !== 'DATA' && !mayStillSend(transaction);
  if (isHopeless || transaction.sent === transaction.commands.length) {
    return concluded({ phase: 'envelope', session, transaction }, setting);
  }
  return sendNext({ phase: 'envelope', session, transaction });
}

/** Without PIPELINING: whether the next command is worth sending. */
function mayStillSend({ commands, replies }: Transaction): boolean {
  const mailAt = mailIndex(commands);
  if ((replies[mailAt]?.code ?? 200) >= 300) return false;
  const nextIsRcpt = commands[replies.length]?.stage === 'RCPT';
  return nextIsRcpt || replies.some((reply, i) => i > mailAt && reply.code < 300);
}

/** All that was sent is answered. */
function concluded(state: EnvelopeState, setting: ClientSetting): ClientStep {
  const { session, transaction } = state;
  const { envelope, commands, replies } = transaction;
  const results = resultsSoFar(transaction);
  if (transaction.purpose === 'probe') {
    return wait({ phase: 'ready', session: { ...session, mustReset: true }, results: probeResults(transaction) });
  }
  if (results.includes(undefined)) {
    const next: ContentState = { phase: 'content', session: { ...session, mustReset: false }, results };
    return { state: next, effects: usesBdat(envelope) ? bdat(envelope.sizeBytes) : DATA_CONTENT };
  }
  const awaitsContent = replies.length === commands.length && replies.at(-1)?.code === 354;
  if (!awaitsContent) {
    return wait({ phase: 'ready', session: { ...session, mustReset: true }, results: settled(results) });
  }
  // In one segment DATA went out before we knew: what the server now waits for is the shortest content there is. With LMTP
  // nobody could say how many replies come to that, so that there is no going on.
  if (setting.protocol === 'lmtp') return endTransaction(state, { kind: 'lost', stage: 'DATA' });
  return send({ phase: 'content', session: { ...session, mustReset: false }, results }, '.\r\n');
}

const DATA_CONTENT: readonly ClientEffect[] = [{ kind: 'send-content', framing: 'dots' }];

function bdat(sizeBytes: number): readonly ClientEffect[] {
  return [
    { kind: 'send', octets: `BDAT ${sizeBytes} LAST\r\n` },
    { kind: 'send-content', framing: 'counted' },
  ];
}

/** SMTP says once what becomes of the message, LMTP for each recipient that it had accepted. RFC 2033 §4.2. */
export function contentAnswered(state: ContentState, reply: RemoteReply, setting: ClientSetting): ClientStep {
  const { session } = state;
  const result: RecipientResult = { kind: 'answered', by: 'end-of-data', reply };
  const results = [...state.results];
  for (let i = results.indexOf(undefined); i !== -1; i = results.indexOf(undefined, i + 1)) {
    results[i] = result;
    if (setting.protocol === 'lmtp') break;
  }
  if (results.includes(undefined)) return wait({ ...state, results });
  if (reply.code !== 421) return wait({ phase: 'ready', session, results: settled(results) });
  return endTransaction({ ...state, results }, { kind: 'refused', stage: 'end-of-data', reply });
}

/** The conversation is over; whoever had no answer yet shares its fate. */
export function endTransaction(state: EnvelopeState | ContentState, failure: SessionFailure): ClientStep {
  const results = state.phase === 'content' ? state.results : resultsSoFar(state.transaction);
  const cutOff: RecipientResult = { kind: 'cut-off', failure };
  return wait({ phase: 'closed', session: state.session, failure, results: results.map((result) => result ?? cutOff) });
}

/** `undefined` for who is accepted, or not yet answered. */
function resultsSoFar({ commands, envelope, replies }: Transaction): (RecipientResult | undefined)[] {
  const mailAt = mailIndex(commands);
  const mail = replies[mailAt];
  const data = replies[mailAt + 1 + envelope.recipients.length];
  return envelope.recipients.map((_, i) => {
    if (mail !== undefined && mail.code >= 300) return { kind: 'answered', by: 'MAIL', reply: mail };
    const rcpt = replies[mailAt + 1 + i];
    if (rcpt !== undefined && rcpt.code >= 300) return { kind: 'answered', by: 'RCPT', reply: rcpt };
    // Anything but 354 to DATA is a no, a 250 too: the content would be read as commands.
    return data === undefined || data.code === 354 ? undefined : { kind: 'answered', by: 'DATA', reply: data };
  });
}

/** Here a yes to RCPT is the answer. */
function probeResults(transaction: Transaction): readonly RecipientResult[] {
  const { commands, replies } = transaction;
  const rcptAt = mailIndex(commands) + 1;
  return resultsSoFar(transaction).flatMap((result, i) => {
    const reply = replies[rcptAt + i];
    return result ?? (reply === undefined ? [] : { kind: 'answered', by: 'RCPT', reply });
  });
}

function mailIndex(commands: readonly Command[]): number {
  return commands[0]?.stage === 'RSET' ? 1 : 0;
}

function settled(results: readonly (RecipientResult | undefined)[]): readonly RecipientResult[] {
  return results.filter((result) => result !== undefined);
}
