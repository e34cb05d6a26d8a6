// The rows of a report on their way from the store: a line of JSON each. Thousands of rows as values, or as one JSON text, would
// hold up whoever takes them over; these are read one by one, while the report is written.

import type { CountedRow } from './aggregate-report.ts';

export function formatCountedRows(rows: readonly CountedRow[]): string {
  return rows.map((row) => JSON.stringify(row)).join('\n');
}

export function* readCountedRows(text: string): Generator<CountedRow> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? undefined : end);
    yield JSON.parse(line) as CountedRow;
    at += line.length + 1;
  }
}
