// The page that a benchmark writes: the machine, the tables, and how the servers were set up.

import type { Cast } from './cast.ts';
import type { Chart } from './chart.ts';
import { describeMachine } from './machine.ts';
import { formatTable, type Table } from './table.ts';

export interface Page {
  readonly title: string;
  readonly rounds: number;
  /** What a reader must know to read the tables: paragraphs. */
  readonly remarks: readonly string[];
  readonly tables: readonly Table[];
  /** Stands above the tables; its file bears the page's name. */
  readonly chart?: Chart;
  readonly cast: Cast;
}

/** `name`: of its files, without an ending. */
export function formatPage(name: string, { title, rounds, remarks, tables, chart, cast }: Page): string {
  const date = new Date().toISOString().slice(0, 10);
  const medians = rounds === 1 ? 'One round' : `Medians of ${rounds} rounds, the servers in turn`;
  return [
    `# ${title}`,
    '',
    `${describeMachine()}; ${date}. ${medians}; fsync is on everywhere.`,
    '',
    ...remarks.flatMap((paragraph) => [paragraph, '']),
    ...(chart === undefined ? [] : [`![${chart.title}](${name}.svg)`, '']),
    ...tables.map(formatTable),
    '## How the servers were set up',
    '',
    ...[...cast.settings].map(formatSettings),
  ].join('\n');
}

function formatSettings([name, text]: readonly [string, string]): string {
  return `<details><summary>${name}</summary>\n\n\`\`\`\n${text}\n\`\`\`\n\n</details>\n`;
}
