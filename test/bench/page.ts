// The page that a benchmark writes: the machine, the tables, and how the servers were set up.

import type { Cast } from './cast.ts';
import { describeMachine } from './machine.ts';
import { formatTable, type Table } from './table.ts';

export interface Page {
  readonly title: string;
  readonly rounds: number;
  /** What a reader must know to read the tables: paragraphs. */
  readonly remarks: readonly string[];
  readonly tables: readonly Table[];
  readonly cast: Cast;
}

export function formatPage({ title, rounds, remarks, tables, cast }: Page): string {
  const date = new Date().toISOString().slice(0, 10);
  const medians = rounds === 1 ? 'One round' : `Medians of ${rounds} rounds, the servers in turn`;
  return [
    `# ${title}`,
    '',
    `${describeMachine()}; ${date}. ${medians}; fsync is on everywhere.`,
    '',
    ...remarks.flatMap((paragraph) => [paragraph, '']),
    ...tables.map(formatTable),
    '## How the servers were set up',
    '',
    ...[...cast.settings].map(formatSettings),
  ].join('\n');
}

function formatSettings([name, text]: readonly [string, string]): string {
  return `<details><summary>${name}</summary>\n\n\`\`\`\n${text}\n\`\`\`\n\n</details>\n`;
}
