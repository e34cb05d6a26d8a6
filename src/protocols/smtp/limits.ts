// Every size and count of an SMTP session, by name. RFC 5321 §4.5.3.1 gives the least that a server must take.

export interface SmtpLimits {
  /** A command with its CRLF: the 512 octets of RFC 5321 §4.5.3.1.4 and the room that all extensions ask for. */
  readonly commandLineOctets: number;
  /** A line of a SASL exchange with its CRLF. RFC 4954 §4.3.12 asks for 12,288. */
  readonly saslLineOctets: number;
  /** Postfix's `message_size_limit`: what SIZE announces, and where every way in is cut off. RFC 1870. */
  readonly messageOctets: number;
  /** How much more of a message that is too large is read and thrown away before the connection is given up. */
  readonly discardOctets: number;
  /** Recipients of one message; RFC 5321 §4.5.3.1.8 asks for 100 at least. */
  readonly recipients: number;
  /** Mistakes and refused recipients since the last message that was taken: Postfix's `smtpd_hard_error_limit`. */
  readonly errors: number;
  /** From so many mistakes on the answers are held back: Postfix's `smtpd_soft_error_limit`. */
  readonly softErrors: number;
  /** Commands without effect since the last message; beyond it each is a mistake: `smtpd_junk_command_limit`. */
  readonly junkCommands: number;
  /** Recipients beyond `recipients` that are no mistake yet: `smtpd_recipient_overshoot_limit`. */
  readonly recipientOvershoot: number;
}

export const DEFAULT_SMTP_LIMITS: SmtpLimits = {
  commandLineOctets: 2_048,
  saslLineOctets: 12_288,
  messageOctets: 52_428_800,
  discardOctets: 52_428_800,
  recipients: 1_000,
  errors: 20,
  softErrors: 10,
  junkCommands: 100,
  recipientOvershoot: 1_000,
};
