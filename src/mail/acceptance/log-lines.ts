// Postfix's lines, so that whoever reads mail logs, or has a program read them (pflogsumm, fail2ban), reads ours.

import type { Verdict } from '#mail/policy/verdict.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';
import type { ServiceProfile, SessionFacts } from './envelope.ts';

/** Postfix's program word for each door, as its own master.cf names the services. */
export const LOG_AREAS: Readonly<Record<ServiceProfile, string>> = {
  smtp: 'smtpd',
  submission: 'submission/smtpd',
  submissions: 'submission/smtpd',
  lmtp: 'lmtp',
  local: 'pickup',
  own: 'bounce',
};

export type JudgedCommandName = 'CONNECT' | 'HELO' | 'MAIL' | 'RCPT' | 'DATA' | 'END-OF-MESSAGE';

interface NotedCommand {
  /** `NOQUEUE` until a recipient was accepted. */
  readonly id: string;
  readonly command: JudgedCommandName;
  readonly session: SessionFacts;
  /** As text; `<>` is the empty text. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface Refusal extends NotedCommand {
  readonly verdict: Verdict;
  readonly word: 'reject' | 'milter-reject';
}

/** What a milter says of a whole message, Postfix writes down without the code. */
export function refusalLine({ verdict, word, ...command }: Refusal): string {
  const text = replyText(verdict.reply);
  const isBare = word === 'milter-reject' && command.command === 'END-OF-MESSAGE';
  return noticeLine({ ...command, word, text: isBare ? text.slice('550 '.length) : text });
}

export interface NoticedCommand extends NotedCommand {
  /** `reject`, `reject_warning`, `hold` … */
  readonly word: string;
  readonly text: string;
}

export function noticeLine({ id, word, command, session, text, ...known }: NoticedCommand): string {
  const details = envelopeWords({ session, ...known });
  return `${id}: ${word}: ${command} from ${clientName(session)}: ${printable(text)}; ${details}`;
}

/** What `milter_header_checks` say of a field that a milter wrote. */
export function headerCheckLine(
  word: string,
  field: string,
  text: string,
  noted: Omit<NotedCommand, 'command'>,
): string {
  const { id, session } = noted;
  const shown = printable(field.slice(0, SHOWN_FIELD));
  const start = `${id}: milter-header-${word}: header ${shown} from ${clientName(session)}; ${envelopeWords(noted)}`;
  return text === '' ? start : `${start}: ${printable(text)}`;
}

/** Postfix writes down so much of a field. */
const SHOWN_FIELD = 60;

function envelopeWords({ session, from, to }: Pick<NotedCommand, 'session' | 'from' | 'to'>): string {
  const words = [
    ...(from === undefined ? [] : [`from=<${from}>`]),
    ...(to === undefined ? [] : [`to=<${to}>`]),
    `proto=${session.profile === 'lmtp' ? 'LMTP' : session.extended ? 'ESMTP' : 'SMTP'}`,
    ...(session.helo === undefined ? [] : [`helo=<${printable(session.helo)}>`]),
  ];
  return words.join(' ');
}

export function clientLine(queueId: string, session: SessionFacts): string {
  const { login, profile } = session;
  if (profile === 'local') return `${queueId}: uid=${login?.uid ?? 'unknown'} from=<${login?.account ?? ''}>`;
  if (profile === 'own') return `${queueId}: client=local`;
  const sasl = login ? `, sasl_method=${login.mechanism}, sasl_username=${login.account}` : '';
  return `${queueId}: client=${clientName(session)}${sasl}`;
}

export function messageIdLine(queueId: string, messageId: string | undefined): string {
  return `${queueId}: message-id=${printable(messageId ?? '<>')}`;
}

/** In one line, as the log and the journey have it. */
export function replyText({ code, enhanced, lines }: SmtpReply): string {
  return [code, enhanced, ...lines].filter((part) => part !== undefined).join(' ');
}

const LONGEST_TEXT = 998;

/** Text of a stranger, for a line of our log. */
export function printable(text: string): string {
  return text.slice(0, LONGEST_TEXT).replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, '?');
}

function clientName({ connection, login, profile }: SessionFacts): string {
  if (profile === 'local') return `user ${login?.account ?? 'unknown'}`;
  return `${connection.clientName ?? 'unknown'}[${connection.clientAddress}]`;
}
