// One event a line. Secrets and message bodies are never passed in.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  /** `area` is Postfix's program word (`smtpd`, `submission`, `imap`, `local` …); `text` is what a person reads. */
  write(level: LogLevel, area: string, text: string, fields?: LogFields): void;
}
