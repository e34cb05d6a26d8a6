// What a POP3 client may cost us. RFC 2449 §4, RFC 5034 §4.

import { MAX_BASE64_OCTETS } from '#protocols/sasl/base64.ts';

export interface Pop3Limits {
  /** A command with its CRLF. RFC 2449 §4: 255. */
  readonly commandOctets: number;
  /** A response within AUTH, with its CRLF. */
  readonly saslResponseOctets: number;
  /** Lines that were no command, or came at the wrong time; the next one ends the session. */
  readonly mistakes: number;
  /** From so many mistakes on the answers are held back. */
  readonly softMistakes: number;
  /** Commands before the login that bring it no nearer (NOOP, CAPA …); beyond it each is a mistake. */
  readonly idleCommands: number;
  /** Logins that were refused; the next one ends the session. */
  readonly refusedLogins: number;
}

export const DEFAULT_POP3_LIMITS: Pop3Limits = {
  commandOctets: 255,
  saslResponseOctets: MAX_BASE64_OCTETS + 2,
  mistakes: 20,
  softMistakes: 10,
  idleCommands: 100,
  refusedLogins: 5,
};
