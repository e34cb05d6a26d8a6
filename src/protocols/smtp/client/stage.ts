// Where a conversation may fail: what a person who reads of it wants to know.

/** What the next reply will answer. */
export type Stage =
  | 'greeting'
  | 'EHLO'
  | 'HELO'
  | 'LHLO'
  | 'STARTTLS'
  | 'TLS'
  | 'AUTH'
  | 'RSET'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'content'
  | 'end-of-data'
  /** Nothing: whatever comes was not asked for. */
  | 'ready';
