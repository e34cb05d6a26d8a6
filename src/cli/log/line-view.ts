// One line of the log file, whichever of its two forms it has, as an event: shown as text with colours, or as JSON.

import { parseLogLine, type ReadLogLine } from '#platform/log/log-line.ts';
import type { Paint } from '../output/colour.ts';
import { harmless } from '../output/table.ts';

const OWN_FIELDS = new Set(['time', 'host', 'pid', 'level', 'area', 'text']);

export function formatLogLine(line: string, form: 'text' | 'json', paint: Paint): string {
  const event = parseLogLine(line);
  if (form === 'json') return `${JSON.stringify(event ?? { text: line })}\n`;
  return `${event === undefined ? harmless(line) : formatEvent(event, paint)}\n`;
}

function formatEvent(event: ReadLogLine, paint: Paint): string {
  const rest = Object.entries(event).filter(([name]) => !OWN_FIELDS.has(name));
  const tail = rest.map(([name, value]) => ` ${name}=${String(value)}`).join('');
  const text = harmless(event.text + tail);
  const marked = event.level === 'error' ? paint('red', text) : event.level === 'warn' ? paint('yellow', text) : text;
  return `${paint('dim', event.time)} ${paint('cyan', event.area)}: ${marked}`;
}
