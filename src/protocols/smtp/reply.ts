// A reply is written where it is decided, with both codes; nothing guesses a code later. RFC 5321 §4.2, RFC 3463.

export interface SmtpReply {
  readonly code: number;
  /** `2.1.5`; absent only where RFC 2034 §4 forbids it (greeting, HELO/EHLO, 3xx). */
  readonly enhanced?: string;
  /** One or more lines, without codes and CRLF. */
  readonly lines: readonly string[];
}

export function reply(code: number, enhanced: string, ...lines: string[]): SmtpReply {
  return { code, enhanced, lines };
}

/** To DATA. RFC 5321 §4.1.1.4. */
export const GO_AHEAD: SmtpReply = { code: 354, lines: ['End data with <CR><LF>.<CR><LF>'] };

/** The wire form, CRLF included: every line bears the basic and the enhanced code. RFC 2034 §4. */
export function formatReply(answer: SmtpReply): string {
  const enhanced = answer.enhanced === undefined ? '' : `${answer.enhanced} `;
  const last = answer.lines.length - 1;
  return answer.lines.map((line, i) => `${answer.code}${i === last ? ' ' : '-'}${enhanced}${line}\r\n`).join('');
}
