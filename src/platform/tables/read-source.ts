// A source, read whole: every key once, in the order of the file.

import { forEachInTurns } from './in-turns.ts';
import { readEntries, type SourceForm } from './source-entries.ts';
import { readTableFile } from './table-file.ts';

/** What becomes of a key that comes again: the first value stays, with a warning or without, or the last one does. */
export type Duplicates = 'warn' | 'ignore' | 'replace';

export interface SourceReading {
  readonly form: SourceForm;
  readonly foldsKeys: boolean;
  readonly duplicates: Duplicates;
  readonly warn: (text: string) => void;
}

export async function readSource(path: string, reading: SourceReading): Promise<Map<string, string>> {
  const entries = new Map<string, string>();
  await addEntries(entries, (await readTableFile(path)).toString(), path, reading);
  return entries;
}

/** Of a text that came from `name`. */
export async function addEntries(
  entries: Map<string, string>,
  text: string,
  name: string,
  { form, foldsKeys, duplicates, warn }: SourceReading,
): Promise<void> {
  const complain = (line: number, complaint: string) => warn(`${name}:${line}: ${complaint}`);
  await forEachInTurns(readEntries(form, text, complain), ({ key, value, line }) => {
    const folded = foldsKeys ? key.toLowerCase() : key;
    if (duplicates === 'replace' || !entries.has(folded)) entries.set(folded, value);
    else if (duplicates === 'warn') complain(line, `duplicate entry: "${folded}"; the first one holds`);
  });
}
