// A delivery status notification as a message: to whom, in which words, with what attached. RFC 3461 §6, RFC 3464,
// RFC 6533 for messages that needed SMTPUTF8; Auto-Submitted by RFC 3834 §5.

import type { OwnMessage } from '#mail/ports/own-mail.ts';
import { formatDateTime } from '#protocols/message/date-time.ts';
import { fieldTexts, type HeaderBlock, parseHeaderFields } from '#protocols/message/header-fields.ts';
import type { DeliveryStatus, RecipientStatus } from '#protocols/message/report/delivery-status.ts';
import { formatReportMessage } from '#protocols/message/report/report-message.ts';
import { findTypedText } from '#protocols/message/report/typed-text.ts';
import { decodedFieldTexts } from '#protocols/message/text-content.ts';
import type { SeenReplies } from './explain-reply.ts';
import { doubleBounceSender, type ReportedOutcome, type ReportInput, type ReportKind } from './report-input.ts';
import { explainOutcome, formatReportText } from './report-text.ts';
import { readReturnedMessage } from './returned-message.ts';
import { findReportRecipient, isNotification, wantedOutcomes } from './wanted-outcomes.ts';
import { composeWithheldNotice, isWithheldReport } from './withheld-report.ts';

/** In Postfix's words, by which people and programs know them. */
const SUBJECTS: Readonly<Record<ReportKind, string>> = {
  failed: 'Undelivered Mail Returned to Sender',
  delayed: 'Delayed Mail (still being retried)',
  delivered: 'Successful Mail Delivery Report',
  relayed: 'Successful Mail Delivery Report',
  expanded: 'Successful Mail Delivery Report',
};

/** What the postmaster gets of them. */
const POSTMASTER_SUBJECTS: Readonly<Record<ReportKind, string>> = {
  ...SUBJECTS,
  failed: 'Postmaster Copy: Undelivered Mail',
  delayed: 'Postmaster Warning: Delayed Mail',
};

const LONGEST_SUBJECT = 200;
const LONGEST_BOUNDARY_WORD = 40;

/**
 * `undefined` where nobody is to be told: a null sender, NOTIFY says no, or the message is a notification itself.
 * Throws WorldError when the content cannot be read now.
 */
export async function composeReport(input: ReportInput): Promise<OwnMessage | undefined> {
  const { message, nowMs, uniqueWord, postmaster, settings } = input;
  const [first] = input.outcomes;
  if (postmaster === undefined && first !== undefined && isWithheldReport(message, input.kind, first)) {
    return composeWithheldNotice(input, first.recipient.address);
  }
  const recipient = findReportRecipient(input);
  const outcomes = wantedOutcomes(input);
  if (recipient === undefined || outcomes.length === 0) return undefined;
  const returned = await readReturnedMessage(input);
  const original = parseHeaderFields(returned?.octets ?? Buffer.alloc(0));
  if (postmaster === undefined && isNotification(original)) return undefined;
  const smtpUtf8 = message.smtpUtf8 || /[^\x00-\x7f]/.test(recipient);
  const subject = decodedFieldTexts(original, 'subject')[0]?.slice(0, LONGEST_SUBJECT);
  const seen: SeenReplies = new Map();
  const octets = formatReportMessage({
    header: formatHeader(input, recipient, original),
    text: formatReportText(input, outcomes, subject, seen),
    languages: settings.bounceLanguages,
    status: deliveryStatus(input, outcomes, seen),
    returned,
    smtpUtf8,
    // Quoted-printable never has `=_`, and what is returned was written before the time stood in it.
    boundary: `=_${uniqueWord.slice(0, LONGEST_BOUNDARY_WORD)}.${nowMs}`,
  });
  const sender = postmaster === undefined ? '' : doubleBounceSender(settings.myhostname);
  const requireTls = message.tlsWish === 'required';
  return { sender, recipient, octets, smtpUtf8, ...(requireTls && { requireTls }) };
}

function formatHeader(input: ReportInput, recipient: string, original: HeaderBlock): string {
  const { kind, settings, nowMs, uniqueWord, postmaster } = input;
  const { myhostname } = settings;
  const [messageId = ''] = fieldTexts(original, 'message-id');
  const isThreadable = /^<[!-;=?-~]{1,250}>$/.test(messageId);
  return [
    `Date: ${formatDateTime(nowMs)}`,
    `From: MAILER-DAEMON@${myhostname} (Mail Delivery System)`,
    `Subject: ${(postmaster === undefined ? SUBJECTS : POSTMASTER_SUBJECTS)[kind]}`,
    `To: <${oneLine(recipient)}>`,
    'Auto-Submitted: auto-replied',
    `Message-ID: <${uniqueWord}@${myhostname}>`,
    ...(isThreadable ? [`In-Reply-To: ${messageId}`, `References: ${messageId}`] : []),
    '',
  ].join('\r\n');
}

function oneLine(address: string): string {
  return address.replace(/[\x00-\x1f\x7f<>]/g, '?');
}

function deliveryStatus(input: ReportInput, outcomes: readonly ReportedOutcome[], seen: SeenReplies): DeliveryStatus {
  const { message, settings, kind } = input;
  return {
    originalEnvelopeId: message.dsn.envid,
    reportingMta: { type: 'dns', text: settings.myhostname },
    arrivalMs: message.arrivedMs,
    extensions: [
      ['X-Valija-Queue-ID', message.queueId],
      ['X-Valija-Sender', `rfc822; ${outcomes[0]?.recipient.sender ?? message.sender}`],
    ],
    recipients: outcomes.map((outcome) => recipientStatus(kind, outcome, seen)),
  };
}

function recipientStatus(kind: ReportKind, outcome: ReportedOutcome, seen: SeenReplies): RecipientStatus {
  const { recipient, remote, reply, text, attempts } = outcome;
  const isTrouble = kind === 'failed' || kind === 'delayed';
  return {
    originalRecipient: originalRecipient(outcome),
    finalRecipient: { type: 'rfc822', text: recipient.address },
    action: kind,
    status: outcome.status,
    remoteMta: remote && { type: 'dns', text: remote.name },
    diagnosticCode: reply === undefined ? { type: 'X-Valija', text } : { type: 'smtp', text: reply },
    lastAttemptMs: outcome.lastAttemptMs,
    willRetryUntilMs: kind === 'delayed' ? outcome.willRetryUntilMs : undefined,
    extensions: [
      ['X-Valija-Attempts', String(attempts)],
      ...(isTrouble ? ([['X-Valija-Explanation', explainOutcome(outcome, 'en', seen).name]] as const) : []),
    ],
  };
}

/** ORCPT; without one, what the sender wrote, where that is something else. */
function originalRecipient({ recipient }: ReportedOutcome) {
  const { orcpt } = recipient.parameters;
  if (orcpt !== undefined) return findTypedText(orcpt);
  return recipient.original === recipient.address ? undefined : { type: 'rfc822', text: recipient.original };
}
