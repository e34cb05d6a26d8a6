// Every size, count and depth of the IMAP language, by name. RFC 7162 §4 asks for lines of 8192 octets at least.

export interface FramingLimits {
  /** One line of a command, CRLF included. */
  readonly lineBytes: number;
  /** A response to a continuation request: SASL tokens, DONE. */
  readonly continuationBytes: number;
  /** One literal that is part of a command; an APPEND's message streams past and is not counted. */
  readonly literalBytes: number;
  readonly literalsPerCommand: number;
  /** Lines and literals of one command together. */
  readonly commandBytes: number;
  /** A refused LITERAL+ of at most this size is read and thrown away; a larger one ends the connection. */
  readonly discardedBytes: number;
}

export const LIMITS_BEFORE_LOGIN: FramingLimits = {
  lineBytes: 8 * 1024,
  continuationBytes: 16 * 1024,
  literalBytes: 1024,
  literalsPerCommand: 4,
  commandBytes: 12 * 1024,
  discardedBytes: 8 * 1024,
};

export const LIMITS_AFTER_LOGIN: FramingLimits = {
  lineBytes: 64 * 1024,
  continuationBytes: 16 * 1024,
  literalBytes: 64 * 1024,
  literalsPerCommand: 64,
  commandBytes: 512 * 1024,
  discardedBytes: 64 * 1024 * 1024,
};

/** Search keys within search keys: parentheses, NOT and OR each count. */
export const SEARCH_DEPTH = 100;
/** RFC 2971 §3.3. */
export const ID_PARAMETERS = 30;
export const LIST_PATTERNS = 100;
/** FETCH items of one command, header names of one section. */
export const FETCH_ITEMS = 200;
export const HEADER_FIELDS = 500;
