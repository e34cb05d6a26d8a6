// Ways to break the promise, as one wrong line each would: what looks for broken promises must find them. A mutant is the
// product with one text of one file replaced, while it is loaded; the file itself stays as it is.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Environment } from './victims.ts';

export interface Mutant {
  /** Below `src/`. */
  readonly file: string;
  /** Stands there once. */
  readonly text: string;
  readonly instead: string;
}

export const MUTANTS = {
  'says 250 before the append': {
    file: 'platform/journal/journal-writer.ts',
    text: 'process.nextTick(() => void this.#flush());',
    instead: 'for (const { resolve } of this.#waiting) resolve();\nsetTimeout(() => void this.#flush(), 30);',
  },
  'does not call fdatasync': {
    file: 'platform/journal/sync-now.ts',
    text: 'for (const descriptor of descriptors) fdatasyncSync(descriptor);',
    instead: '',
  },
  'answers before the sync has returned': {
    file: 'platform/journal/journal-writer.ts',
    text: 'await this.#syncer.sync(isNew ? [segment.descriptor, this.#directory] : [segment.descriptor]);',
    instead: 'setTimeout(() => void this.#syncer.sync([segment.descriptor]), 30);',
  },
  'does not replay the journal': {
    file: 'platform/maildir/recovery.ts',
    text: 'written += await recoverAccount(around, fates, account, ofAccount);',
    instead: 'written += ofAccount.length;',
  },
  'does not keep the UID in the journal': {
    file: 'platform/journal/journal-record.ts',
    text: 'filings.map((filing) => ({ ...filing, prefix: filing.prefix.length })),',
    instead: 'filings.map((filing) => ({ ...filing, uid: 1, prefix: filing.prefix.length })),',
  },
} as const satisfies Readonly<Record<string, Mutant>>;

export type MutantName = keyof typeof MUTANTS;

/** For a process that is to be this mutant, with all its threads and children. */
export function environmentOf(name: MutantName): Environment {
  const hook = pathToFileURL(join(import.meta.dirname, 'mutant-hook.ts'));
  return { NODE_OPTIONS: `--import=${hook}`, VALIJA_MUTANT: name };
}

/** Throws where the product no longer has the text: a mutant that is none would prove nothing. */
export function mutate({ file, text, instead }: Mutant, source: string): string {
  const places = source.split(text).length - 1;
  if (places !== 1)
    throw new Error(`the mutant's text stands ${places} times in src/${file}; it must stand there once`);
  return source.replace(text, () => instead);
}
