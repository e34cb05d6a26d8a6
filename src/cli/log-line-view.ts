// One line of the log file, whichever of its two forms it has, as an event: shown as text with colours, or as JSON.

import type { Paint } from './output/colour.ts';
import { harmless } from './output/table.ts';

interface LogEvent {
  readonly time: string;
  readonly host?: string;
  readonly pid?: number;
  readonly level: string;
  readonly area: string;
  readonly text: string;
  readonly [field: string]: unknown;
}

/** `2026-11-21T10:00:00.000Z mail postfix/smtpd[123]: warning: text` */
const TEXT_FORM =
  /^(\d{4}-\S{1,40}) (\S{1,255}) postfix\/([^\s[]{1,64})\[(\d{1,10})\]: (?:(debug|warning|error): )?(.*)$/;
const LEVELS: Readonly<Record<string, string>> = { debug: 'debug', warning: 'warn', error: 'error' };
const OWN_FIELDS = new Set(['time', 'host', 'pid', 'level', 'area', 'text']);

export function formatLogLine(line: string, form: 'text' | 'json', paint: Paint): string {
  const event = parseLogLine(line);
  if (form === 'json') return `${JSON.stringify(event ?? { text: line })}\n`;
  return `${event === undefined ? harmless(line) : formatEvent(event, paint)}\n`;
}

export function parseLogLine(line: string): LogEvent | undefined {
  if (line.startsWith('{')) return parseJsonLine(line);
  const parts = TEXT_FORM.exec(line);
  if (parts === null) return undefined;
  const [, time = '', host = '', area = '', pid, mark = '', text = ''] = parts;
  return { time, level: LEVELS[mark] ?? 'info', area, text, host, pid: Number(pid) };
}

function parseJsonLine(line: string): LogEvent | undefined {
  try {
    const value = JSON.parse(line) as Partial<LogEvent>;
    const whole = [value.time, value.level, value.area, value.text].every((field) => typeof field === 'string');
    return whole ? (value as LogEvent) : undefined;
  } catch {
    return undefined;
  }
}

function formatEvent(event: LogEvent, paint: Paint): string {
  const rest = Object.entries(event).filter(([name]) => !OWN_FIELDS.has(name));
  const tail = rest.map(([name, value]) => ` ${name}=${String(value)}`).join('');
  const text = harmless(event.text + tail);
  const marked = event.level === 'error' ? paint('red', text) : event.level === 'warn' ? paint('yellow', text) : text;
  return `${paint('dim', event.time)} ${paint('cyan', event.area)}: ${marked}`;
}
