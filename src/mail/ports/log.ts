// One event a line. Secrets and message bodies are never passed in.

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  /** `area` is Postfix's program word (`smtpd`, `submission`, `imap`, `local` …); `text` is what a person reads. */
  write(level: LogLevel, area: string, text: string, fields?: LogFields): void;
}

/** The least that is written; it may be changed while the server runs. */
export interface LogThreshold {
  level: LogLevel;
}
