// Sizes, counts and times of an SMTP connection. RFC 5321 §4.5.3.2.7: a server waits five minutes for a command.

import { DEFAULT_SMTP_LIMITS, type SmtpLimits } from '#protocols/smtp/limits.ts';

export interface SmtpServiceLimits extends SmtpLimits {
  /** For a whole command line, however slowly its octets come. */
  readonly commandTimeoutMs: number;
  /** For the octets of a message, as far as they do not come at the least rate. */
  readonly contentTimeoutMs: number;
  /** Octets a second: Postfix's `smtpd_min_data_rate`. */
  readonly leastDataRate: number;
  /** How long an answer is held back after many mistakes: Postfix's `smtpd_error_sleep_time`. */
  readonly errorSleepMs: number;
  /** Replies that may wait to be sent together. */
  readonly waitingReplyChars: number;
}

export const DEFAULT_SMTP_SERVICE_LIMITS: SmtpServiceLimits = {
  ...DEFAULT_SMTP_LIMITS,
  commandTimeoutMs: 300_000,
  contentTimeoutMs: 300_000,
  leastDataRate: 500,
  errorSleepMs: 1_000,
  waitingReplyChars: 16_384,
};
