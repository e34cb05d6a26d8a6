// A report about a message with REQUIRETLS that could not be brought back as safely: in its place a notice that says nothing
// of that message, not even to whom it went. RFC 8689 §5.

import type { OwnMessage } from '#mail/ports/own-mail.ts';
import { formatDateTime } from '#protocols/message/date-time.ts';
import type { QueuedMessage } from '../queued-message.ts';
import type { BounceLanguage, ReportedOutcome, ReportInput, ReportKind } from './report-input.ts';
import { wrapText } from './wrap-text.ts';

/** RFC 8689 §7: the way was not safe; the next server does not know REQUIRETLS. */
const UNSAFE_WAY: ReadonlySet<string> = new Set(['5.7.10', '5.7.30']);

/** Reports have no sender, and REQUIRETLS where their message had it. */
export function isWithheldReport(
  { sender, tlsWish }: Pick<QueuedMessage, 'sender' | 'tlsWish'>,
  kind: ReportKind,
  { recipient, status }: Pick<ReportedOutcome, 'recipient' | 'status'>,
): boolean {
  return (recipient.sender ?? sender) === '' && tlsWish === 'required' && kind === 'failed' && UNSAFE_WAY.has(status);
}

/** It needs no protection, and travels as any mail: whoever asked for REQUIRETLS learns that something is missing. */
export function composeWithheldNotice({ message, settings, nowMs, uniqueWord }: ReportInput, told: string): OwnMessage {
  const { myhostname, bounceLanguages } = settings;
  const lines = [
    `Date: ${formatDateTime(nowMs)}`,
    `From: MAILER-DAEMON@${myhostname} (Mail Delivery System)`,
    'Subject: Delivery report withheld (REQUIRETLS)',
    `To: <${told.replace(/[\x00-\x1f\x7f<>]/g, '?')}>`,
    'Auto-Submitted: auto-replied',
    `Message-ID: <${uniqueWord}@${myhostname}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...bounceLanguages.flatMap((language) => [...wrapText(TEXTS[language](myhostname, message.queueId)), '']),
  ];
  const octets = Buffer.from(lines.join('\r\n'));
  return { sender: '', recipient: told, octets, smtpUtf8: /[^\x00-\x7f]/.test(told) };
}

const TEXTS: Readonly<Record<BounceLanguage, (myhostname: string, queueId: string) => string>> = {
  en: (myhostname, queueId) =>
    `This is the mail server ${myhostname}. A report about a message that you sent with REQUIRETLS could not be brought to you with the same protection, so it was not sent, and this notice says nothing of that message. For such reports to reach you, the server that takes mail for your address must offer REQUIRETLS, and DNSSEC or MTA-STS must prove that it is the right one. postmaster@${myhostname} can find out what the report was about: name ${queueId}.`,
  es: (myhostname, queueId) =>
    `Este es el servidor de correo ${myhostname}. Un informe sobre un mensaje que usted envió con REQUIRETLS no se le pudo traer con la misma protección, así que no se ha enviado, y este aviso no dice nada de aquel mensaje. Para que tales informes le lleguen, el servidor que recibe el correo de su dirección debe ofrecer REQUIRETLS, y DNSSEC o MTA-STS deben probar que es el verdadero. postmaster@${myhostname} puede averiguar de qué trataba: dígale ${queueId}.`,
};
