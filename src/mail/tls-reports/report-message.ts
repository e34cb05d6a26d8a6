// A report as a message: a sentence for people, and the JSON, compressed. `TLS-Required: No` lets it arrive where TLS is what
// is broken; RFC 8460 §3, §5.3, RFC 8689 §3.

import type { OwnMessage } from '#mail/ports/own-mail.ts';
import { encodeBase64Lines } from '#protocols/message/base64.ts';
import { formatDateTime } from '#protocols/message/date-time.ts';
import { reportSpan, type TlsReport } from './tls-report.ts';

export interface ReportMail {
  readonly report: TlsReport;
  /** The JSON of `formatTlsReport`, gzip. */
  readonly compressed: Buffer;
  readonly recipient: string;
  readonly sender: string;
  /** The domain that the report comes from: ours. */
  readonly submitter: string;
  readonly nowMs: number;
}

/** `mail.valija.test!example.org!1479772800!1479859199!ID.json.gz` RFC 8460 §5.1. */
export function reportFileName({ domain, day, reportId }: TlsReport, submitter: string): string {
  const { beginSeconds, endSeconds } = reportSpan(day);
  const unique = reportId.replace(/@.*$/, '').replace(/[^A-Za-z0-9-]/g, '');
  return `${submitter}!${domain}!${beginSeconds}!${endSeconds}!${unique}.json.gz`;
}

export function composeReportMail(mail: ReportMail): OwnMessage {
  const { report, compressed, recipient, sender, submitter, nowMs } = mail;
  const { domain, reportId, day } = report;
  const boundary = `=_tlsrpt.${reportId.replace(/[^A-Za-z0-9.]/g, '')}`.slice(0, 70);
  const fileName = reportFileName(report, submitter);
  const lines = [
    `Date: ${formatDateTime(nowMs)}`,
    `From: <${sender}>`,
    `To: <${recipient}>`,
    `Subject: Report Domain: ${domain}`,
    `\tSubmitter: ${submitter}`,
    `\tReport-ID: <${reportId}>`,
    `Message-ID: <${reportId}>`,
    `TLS-Report-Domain: ${domain}`,
    `TLS-Report-Submitter: ${submitter}`,
    'TLS-Required: No',
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type="tlsrpt";',
    `\tboundary="${boundary}"`,
    '',
    'This is a MIME-encapsulated message.',
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    'Content-Transfer-Encoding: 7bit',
    '',
    `This is a report on TLS between ${submitter}`,
    `and the mail servers of ${domain}`,
    `on ${day} (UTC), by RFC 8460.`,
    '',
    `--${boundary}`,
    'Content-Type: application/tlsrpt+gzip',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment;',
    `\tfilename="${fileName}"`,
    '',
    encodeBase64Lines(compressed).trimEnd(),
    `--${boundary}--`,
    '',
  ];
  // As with all of its kind: a report that cannot be delivered is not reported.
  return { sender: '', recipient, octets: Buffer.from(lines.join('\r\n')), smtpUtf8: false };
}
