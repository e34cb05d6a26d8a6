// The message to the postmaster about certificates that somebody must look after, in English and then in Spanish. It is
// automatic, so that nobody's absence answers it. RFC 3834 §5.

import { unreachable } from '#base/unreachable.ts';
import { formatDateTime } from '#protocols/message/date-time.ts';
import type { Worry } from './worries.ts';

export interface Notice {
  readonly myhostname: string;
  readonly atMs: number;
  /** Unique. */
  readonly messageId: string;
  readonly worries: readonly Worry[];
}

export function composeNotice({ myhostname, atMs, messageId, worries }: Notice): Buffer {
  const lines = [
    `From: Valija <postmaster@${myhostname}>`,
    `To: postmaster@${myhostname}`,
    `Subject: TLS certificates of ${myhostname} / certificados TLS`,
    `Date: ${formatDateTime(atMs)}`,
    `Message-ID: <${messageId}@${myhostname}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    `The mail server ${myhostname} has trouble with certificates. Look at: valija tls list`,
    '',
    ...worries.flatMap((worry) => [`* ${inEnglish(worry)}`, ...reason(worry)]),
    '',
    `El servidor de correo ${myhostname} tiene problemas con certificados. Mire: valija tls list`,
    '',
    ...worries.flatMap((worry) => [`* ${inSpanish(worry)}`, ...reason(worry)]),
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

function inEnglish({ kind, record: { id, place, served } }: Worry): string {
  const until = day(served?.untilMs);
  switch (kind) {
    case 'expired':
      return `${id}: its certificate expired on ${until}: mail programs refuse to connect. (${place})`;
    case 'expiring':
      return `${id}: its certificate expires on ${until}, and nobody has renewed ${place}.`;
    case 'broken-files':
      return `${id}: ${place} cannot be used; the certificate before it stays in use.`;
    case 'not-issued':
      return `${id}: no certificate could be had for it yet.`;
    case 'not-renewed':
      return `${id}: its certificate could not be renewed; the present one is good until ${until}.`;
    default:
      return unreachable(kind);
  }
}

function inSpanish({ kind, record: { id, place, served } }: Worry): string {
  const until = day(served?.untilMs);
  switch (kind) {
    case 'expired':
      return `${id}: su certificado caducó el ${until}: los programas de correo se niegan a conectar. (${place})`;
    case 'expiring':
      return `${id}: su certificado caduca el ${until}, y nadie ha renovado ${place}.`;
    case 'broken-files':
      return `${id}: ${place} no se puede usar; sigue en uso el certificado anterior.`;
    case 'not-issued':
      return `${id}: todavía no se ha podido obtener un certificado.`;
    case 'not-renewed':
      return `${id}: su certificado no se ha podido renovar; el actual vale hasta el ${until}.`;
    default:
      return unreachable(kind);
  }
}

function reason({ record: { failure } }: Worry): string[] {
  return failure === undefined ? [] : [`  ${failure.text.replace(/[\x00-\x1f\x7f]+/g, ' ').slice(0, 900)}`];
}

function day(ms: number | undefined): string {
  return ms === undefined ? '?' : new Date(ms).toISOString().slice(0, 10);
}
