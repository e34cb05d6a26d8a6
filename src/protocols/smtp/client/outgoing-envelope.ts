// The envelope of a message that leaves, and its commands. Who calls has made sure that the server offers what is asked
// for. RFC 5321 §4.1.1.2, §4.1.1.3, RFC 1870 §3, RFC 3030 §3, RFC 3461 §4, RFC 4954 §5, RFC 6152 §2, RFC 6531 §3.4,
// RFC 8689 §2.

import { formatXtext } from '../grammar/xtext.ts';
import type { Extensions } from './extensions.ts';

export interface OutgoingRecipient {
  /** As it stands between the angle brackets. */
  readonly path: string;
  readonly notify: readonly string[] | undefined;
  readonly orcpt: string | undefined;
}

export interface OutgoingEnvelope {
  /** As it stands between the angle brackets; `` is the null reverse-path. */
  readonly sender: string;
  /** 0 where there is none to be told. */
  readonly sizeBytes: number;
  readonly body: '7BIT' | '8BITMIME' | 'BINARYMIME';
  readonly smtpUtf8: boolean;
  readonly ret: 'FULL' | 'HDRS' | undefined;
  readonly envid: string | undefined;
  /** Whom the sender logged in as, or `<>`; only to a server that we logged in to. */
  readonly auth: string | undefined;
  /** No server on the way may pass it on without TLS, to a server that is not proven. */
  readonly requireTls: boolean;
  readonly recipients: readonly OutgoingRecipient[];
}

export function formatMail(envelope: OutgoingEnvelope, offered: Extensions): string {
  let line = `MAIL FROM:<${envelope.sender}>`;
  if (offered.sizeLimit !== undefined && envelope.sizeBytes > 0) line += ` SIZE=${envelope.sizeBytes}`;
  if (envelope.body === 'BINARYMIME') line += ' BODY=BINARYMIME';
  else if (envelope.body === '8BITMIME' && offered.eightBitMime) line += ' BODY=8BITMIME';
  if (envelope.smtpUtf8) line += ' SMTPUTF8';
  if (envelope.requireTls) line += ' REQUIRETLS';
  if (offered.dsn && envelope.ret !== undefined) line += ` RET=${envelope.ret}`;
  if (offered.dsn && envelope.envid !== undefined) line += ` ENVID=${formatXtext(envelope.envid)}`;
  if (offered.mechanisms !== undefined && envelope.auth !== undefined) line += ` AUTH=${formatAuth(envelope.auth)}`;
  return `${line}\r\n`;
}

export function formatRcpt(recipient: OutgoingRecipient, offered: Extensions): string {
  let line = `RCPT TO:<${recipient.path}>`;
  if (offered.dsn && recipient.notify !== undefined) line += ` NOTIFY=${recipient.notify.join(',')}`;
  if (offered.dsn && recipient.orcpt !== undefined) line += ` ORCPT=${formatOrcpt(recipient.orcpt, offered.smtpUtf8)}`;
  return `${line}\r\n`;
}

// auth-param = "AUTH=" xtext / "<>"
function formatAuth(auth: string): string {
  return auth === '<>' ? auth : formatXtext(auth);
}

// original-recipient-address = addr-type ";" xtext
//
// What is not ASCII stands as it is for a server that knows SMTPUTF8, else as `\x{…}`. RFC 6533 §3.
function formatOrcpt(orcpt: string, asUtf8: boolean): string {
  const semicolon = orcpt.indexOf(';');
  const address = orcpt.slice(semicolon + 1).replace(/[\x00-\x20+=\x7f]|[^\x00-\x7f]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) return `+${code.toString(16).toUpperCase().padStart(2, '0')}`;
    return asUtf8 ? character : `\\x{${code.toString(16).toUpperCase()}}`;
  });
  return `${orcpt.slice(0, semicolon + 1)}${address}`;
}
