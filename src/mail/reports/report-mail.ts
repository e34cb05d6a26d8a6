// The message that carries an aggregate report. RFC 9990 §3.5.2; the null reverse-path and Auto-Submitted (RFC 3834 §5) keep
// machines from answering.

import { encodeBase64Lines } from '#protocols/message/base64.ts';
import { formatDateTime } from '#protocols/message/date-time.ts';

export interface ReportMail {
  readonly from: string;
  readonly to: string;
  /** Which server speaks: the domain of `from`. */
  readonly submitter: string;
  readonly policyDomain: string;
  readonly beginSeconds: number;
  readonly endSeconds: number;
  /** Letters and digits; the same in file name, Subject and the report itself. */
  readonly uniqueId: string;
  readonly nowMs: number;
  /** The XML, by gzip. */
  readonly compressed: Buffer;
}

/** filename = receiver "!" policy-domain "!" begin-timestamp "!" end-timestamp [ "!" unique-id ] "." extension */
function reportFileName({ submitter, policyDomain, beginSeconds, endSeconds, uniqueId }: ReportMail): string {
  return `${submitter}!${policyDomain}!${beginSeconds}!${endSeconds}!${uniqueId}.xml.gz`;
}

export function reportIdOf({ uniqueId, submitter }: Pick<ReportMail, 'uniqueId' | 'submitter'>): string {
  return `${uniqueId}@${submitter}`;
}

export function formatReportMail(mail: ReportMail): Buffer {
  const { from, to, submitter, policyDomain, uniqueId, nowMs, compressed } = mail;
  // Neither the text nor base64 has such a line.
  const boundary = `=_${uniqueId}`;
  const fileName = reportFileName(mail);
  const lines = [
    `Date: ${formatDateTime(nowMs)}`,
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: Report Domain: ${policyDomain}`,
    ` Submitter: ${submitter}`,
    ` Report-ID: <${reportIdOf(mail)}>`,
    `Message-ID: <${reportIdOf(mail)}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `This is a DMARC aggregate report about mail in the name of ${policyDomain},`,
    `as ${submitter} received it from ${formatDay(mail.beginSeconds)} to ${formatDay(mail.endSeconds)} UTC.`,
    'Your DMARC record asks for it (rua). The attachment is for a program to read.',
    '',
    `--${boundary}`,
    `Content-Type: application/gzip;`,
    ` name="${fileName}"`,
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment;',
    ` filename="${fileName}"`,
    '',
    encodeBase64Lines(compressed).trimEnd(),
    `--${boundary}--`,
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

function formatDay(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}
