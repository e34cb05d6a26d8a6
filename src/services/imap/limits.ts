// Every time and size of the IMAP service, by name.

export interface ImapLimits {
  /** From the connection to the login. */
  readonly loginTimeoutMs: number;
  /** Between commands, and in IDLE. RFC 3501 §5.4 and RFC 2177 §3 ask for 30 minutes at least. */
  readonly inactivityTimeoutMs: number;
  /** How often the files of a mailbox are looked at while its client idles. */
  readonly idleRefreshMs: number;
  /** For the octets of an APPEND's message, as far as they do not come at the least rate. */
  readonly contentTimeoutMs: number;
  /** Octets a second. */
  readonly leastDataRate: number;
  /** How long an answer is held back after many mistakes. */
  readonly errorSleepMs: number;
  /** The largest message that APPEND takes. */
  readonly appendBytes: number;
}

export const DEFAULT_IMAP_LIMITS: ImapLimits = {
  loginTimeoutMs: 3 * 60_000,
  inactivityTimeoutMs: 30 * 60_000,
  idleRefreshMs: 5_000,
  contentTimeoutMs: 300_000,
  leastDataRate: 500,
  errorSleepMs: 1_000,
  appendBytes: 50 * 1024 * 1024,
};

/** Answers are sent in pieces of about this size; a section is read from its file so. */
export const PIECE_BYTES = 64 * 1024;
/** The longest that one session computes without giving the others a turn. */
export const TURN_MS = 15;
