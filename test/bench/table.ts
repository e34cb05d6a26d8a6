// A table of results, as Markdown.

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function formatTable({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = line(columns.map((_, i) => (i === 0 ? '---' : '---:')));
  return [`### ${title}`, '', line(columns), rule, ...rows.map(line), ''].join('\n');
}

/** `3.25 ×`; a dash where there is nothing to compare with. */
export function formatRatio(value: number, base: number): string {
  const ratio = value / base;
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : '–';
}
