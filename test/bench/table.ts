// A table of results, as Markdown.

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Below it: a paragraph. */
  readonly remark?: string;
}

export function formatTable({ title, columns, rows, remark }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = line(columns.map((_, i) => (i === 0 ? '---' : '---:')));
  const below = remark === undefined ? [] : [remark, ''];
  return [`### ${title}`, '', line(columns), rule, ...rows.map(line), '', ...below].join('\n');
}

/** `3.25 ×`; a dash where there is nothing to compare with. */
export function formatRatio(value: number, base: number): string {
  return formatTimes(value / base);
}

export function formatTimes(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : '–';
}
