// The page that a benchmark writes: the machine, the tables, and how the servers were set up.

import { describeMachine } from './machine.ts';
import type { Peer } from './peer.ts';
import { formatTable, type Table } from './table.ts';

export interface Page {
  readonly title: string;
  readonly rounds: number;
  /** What a reader must know to read the tables: paragraphs. */
  readonly remarks: readonly string[];
  readonly tables: readonly Table[];
  readonly settings: PeerSettings;
}

/** How each server was set up, by its name and version. */
export class PeerSettings {
  readonly #texts = new Map<string, string>();

  async note<P extends Peer>(starting: Promise<P>): Promise<P> {
    const peer = await starting;
    // Where the files happen to be tells a reader nothing.
    const text = peer.describeSettings().trim().replaceAll(peer.folder, 'FOLDER');
    this.#texts.set(`${peer.name} ${peer.version}`, text);
    return peer;
  }

  format(): string[] {
    return [...this.#texts].map(
      ([name, text]) => `<details><summary>${name}</summary>\n\n\`\`\`\n${text}\n\`\`\`\n\n</details>\n`,
    );
  }
}

export function formatPage({ title, rounds, remarks, tables, settings }: Page): string {
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
    ...settings.format(),
  ].join('\n');
}
