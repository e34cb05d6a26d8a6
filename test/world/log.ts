// A log that keeps its lines for the test to look at.

import type { Log, LogFields, LogLevel } from '#mail/ports/log.ts';

export interface LogLine {
  readonly level: LogLevel;
  readonly area: string;
  readonly text: string;
  readonly fields: LogFields;
}

export interface CollectingLog extends Log {
  readonly lines: LogLine[];
  /** Everything as text, to search for what must, or must never, be in it. */
  text(): string;
}

export function collectingLog(): CollectingLog {
  const lines: LogLine[] = [];
  return {
    lines,
    write(level, area, text, fields = {}) {
      lines.push({ level, area, text, fields });
    },
    text: () =>
      lines.map((line) => `${line.level} ${line.area}: ${line.text} ${JSON.stringify(line.fields)}`).join('\n'),
  };
}
