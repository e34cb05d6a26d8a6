// What is put on top of a message where it arrives: Return-Path and Received (RFC 5321 §4.4), Delivered-To (RFC 9228),
// X-Original-To as Postfix has it. The words behind `with` are those of RFC 3848 and RFC 6531 §4.3.

import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { formatDateTime } from '#protocols/message/date-time.ts';
import { type Envelope, isPosted, type SessionFacts } from './envelope.ts';

export interface ReceivedFacts {
  readonly queueId: string;
  readonly myhostname: string;
  readonly nowMs: number;
}

/**
 *   Time-stamp-line = "Received:" FWS From-domain By-domain Opt-info [CFWS] ";" FWS date-time CRLF
 * `for` is written only for a single recipient: the others would learn of each other.
 */
export function formatReceived(envelope: Envelope, { queueId, myhostname, nowMs }: ReceivedFacts): string {
  const { session, sender, recipients } = envelope;
  const { connection, tls } = session;
  const [only] = recipients;
  const lines = [
    ...(isPosted(session)
      ? [`Received: by ${myhostname} (Valija${poster(session)})`, `id ${queueId}`]
      : [
          `Received: from ${safeName(session.helo)} (${connection.clientName ?? 'unknown'} [${addressLiteral(connection.clientAddress)}])`,
          ...(tls ? [`(using ${tls.version} with cipher ${tls.cipher} (${tls.bits}/${tls.bits} bits))`] : []),
          `by ${myhostname} (Valija) with ${protocolWord(session, sender.smtpUtf8)} id ${queueId}`,
        ]),
    ...(only && recipients.length === 1 ? [`for <${formatAddrSpec(only.address)}>`] : []),
  ];
  return `${lines.join('\r\n\t')};\r\n\t${formatDateTime(nowMs)}\r\n`;
}

/** As Postfix writes `from userid 1000`: who posted it on this machine. */
function poster({ profile, login }: SessionFacts): string {
  return profile === 'local' && login !== undefined ? `, from user ${safeName(login.account)}` : '';
}

export interface DeliveryTrace {
  readonly reversePath: AddrSpec | undefined;
  /** Addresses that led to this mailbox, after aliases. */
  readonly deliveredTo: readonly string[];
  /** As the envelope had them; those that are the same stay unsaid. */
  readonly originalTo: readonly string[];
  readonly received: string;
}

/** Exactly one Return-Path, on top: the message's own ones were removed. */
export function formatDeliveryTrace({ reversePath, deliveredTo, originalTo, received }: DeliveryTrace): string {
  const returnPath = reversePath === undefined ? '' : formatAddrSpec(reversePath);
  const originals = originalTo.filter((address) => !deliveredTo.includes(address));
  return [
    `Return-Path: <${returnPath}>\r\n`,
    ...originals.map((address) => `X-Original-To: ${address}\r\n`),
    ...deliveredTo.map((address) => `Delivered-To: ${address}\r\n`),
    received,
  ].join('');
}

/** SMTP, ESMTP, ESMTPS, ESMTPA, ESMTPSA, LMTP, LMTPS, …, UTF8SMTP, UTF8SMTPS, UTF8SMTPSA, UTF8LMTP … */
export function protocolWord(session: SessionFacts, smtpUtf8: boolean): string {
  if (session.profile !== 'lmtp' && !session.extended) return 'SMTP';
  const language = session.profile === 'lmtp' ? 'LMTP' : smtpUtf8 ? 'SMTP' : 'ESMTP';
  const suffix = `${session.tls ? 'S' : ''}${session.login ? 'A' : ''}`;
  return `${smtpUtf8 ? 'UTF8' : ''}${language}${suffix}`;
}

function addressLiteral(address: string): string {
  return address.includes(':') ? `IPv6:${address}` : address;
}

const LONGEST_NAME = 255;

/** What the client called itself, without anything that could end a comment or a line. */
function safeName(helo: string | undefined): string {
  if (helo === undefined || helo === '') return 'unknown';
  return helo.slice(0, LONGEST_NAME).replace(/[^A-Za-z0-9.\-_:[\]\u{a1}-\u{10ffff}]/gu, '?');
}
