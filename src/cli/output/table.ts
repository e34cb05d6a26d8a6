// Aligned columns for people. Texts that came from elsewhere are made harmless for the terminal first.

const GAP = '  ';
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const MARK = /^\p{M}$|^\u200d$|^\ufe0f$/u;
const WIDE = /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul})$/u;

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((column) => column.title), ...rows.map((row) => row.map(harmless))];
  const widths = columns.map((_, at) => lines.reduce((most, line) => Math.max(most, displayWidth(line[at] ?? '')), 0));
  return lines
    .map((line) => columns.map((column, at) => pad(line[at] ?? '', widths[at] ?? 0, column.align)).join(GAP))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** `name: value` lines with the values under one another. */
export function formatFields(fields: readonly (readonly [name: string, value: string])[]): string {
  const width = fields.reduce((most, [name]) => Math.max(most, displayWidth(name)), 0) + 1;
  return fields
    .map(([name, value]) => `${pad(`${name}:`, width)}  ${harmless(value)}`.trimEnd())
    .join('\n')
    .concat('\n');
}

export function harmless(text: string): string {
  return text.replace(CONTROL, '?');
}

function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const room = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + room : room + text;
}

/** Columns on a terminal: marks take none, ideographs and emoji two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
