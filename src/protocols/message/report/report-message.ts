// A whole notification: the person's part, the machine's part, and what was sent. RFC 6522 §3, RFC 3464 §2, RFC 6533 §4
// to §6 (message/global…, where the message needed SMTPUTF8).

import { isAscii } from 'node:buffer';
import { encodeQuotedPrintable } from '../quoted-printable.ts';
import { type DeliveryStatus, formatDeliveryStatus } from './delivery-status.ts';

export interface ReturnedMessage {
  /** The whole message, or its header only. */
  readonly kind: 'message' | 'header';
  /** CRLF line ends. */
  readonly octets: Buffer;
  /** `Undelivered Message`. */
  readonly description: string;
}

export interface ReportMessage {
  /** From, To, Subject, Date …: each one line or folded, with its CRLF; MIME fields are added. */
  readonly header: string;
  /** For people, CRLF line ends. */
  readonly text: string;
  /** The languages of the text: `en`, `es`. RFC 3282 §2. */
  readonly languages: readonly string[];
  readonly status: DeliveryStatus;
  readonly returned: ReturnedMessage | undefined;
  /** The report may hold UTF-8 in its header, its status and what is returned. */
  readonly smtpUtf8: boolean;
  /** At most 70 characters of RFC 2046 §5.1.1; must stand in none of the parts. */
  readonly boundary: string;
}

const PREAMBLE = 'This is a MIME-encapsulated message.\r\n';

export function formatReportMessage(report: ReportMessage): Buffer {
  const { boundary } = report;
  const parts = [textPart(report), statusPart(report), ...(report.returned ? [returnedPart(report)] : [])];
  const isWide = parts.some((part) => !part.every(isAscii));
  const header = [
    report.header,
    'MIME-Version: 1.0\r\n',
    'Content-Type: multipart/report; report-type=delivery-status;\r\n',
    `\tboundary="${boundary}"\r\n`,
    ...(isWide ? ['Content-Transfer-Encoding: 8bit\r\n'] : []),
    `\r\n${PREAMBLE}`,
  ].join('');
  const delimiter = Buffer.from(`\r\n--${boundary}\r\n`);
  const delimited = parts.flatMap((part) => [delimiter, ...part]);
  return Buffer.concat([Buffer.from(header), ...delimited, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

function textPart({ text, languages }: ReportMessage): Buffer[] {
  const header = [
    'Content-Description: Notification\r\n',
    'Content-Type: text/plain; charset=utf-8\r\n',
    'Content-Transfer-Encoding: quoted-printable\r\n',
    `Content-Language: ${languages.join(', ')}\r\n\r\n`,
  ].join('');
  return [Buffer.from(header + encodeQuotedPrintable(Buffer.from(text)))];
}

function statusPart({ status, smtpUtf8 }: ReportMessage): Buffer[] {
  const body = Buffer.from(formatDeliveryStatus(status, smtpUtf8));
  const type = smtpUtf8 ? 'message/global-delivery-status' : 'message/delivery-status';
  return [partHeader('Delivery report', type, body), body];
}

function returnedPart({ returned, smtpUtf8 }: ReportMessage): Buffer[] {
  if (returned === undefined) return [];
  const { kind, octets, description } = returned;
  const types = smtpUtf8
    ? { message: 'message/global', header: 'message/global-headers' }
    : { message: 'message/rfc822', header: 'text/rfc822-headers' };
  return [partHeader(description, types[kind], octets), octets];
}

/** These types may not be encoded (RFC 2046 §5.2.1): what has eight bits says so. */
function partHeader(description: string, type: string, body: Buffer): Buffer {
  const encoding = isAscii(body) ? '' : 'Content-Transfer-Encoding: 8bit\r\n';
  return Buffer.from(`Content-Description: ${description}\r\nContent-Type: ${type}\r\n${encoding}\r\n`);
}
