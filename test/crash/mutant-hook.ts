// Loaded before a mutant's own code, in each of its threads: hands out the one file with its text replaced.

import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MUTANTS, type Mutant, mutate } from './mutants.ts';

const mutants: Readonly<Record<string, Mutant | undefined>> = MUTANTS;
const name = process.env['VALIJA_MUTANT'] ?? '';
const mutant = mutants[name];
if (mutant === undefined) throw new Error(`no mutant is called ${JSON.stringify(name)}`);
const url = pathToFileURL(join(import.meta.dirname, '../../src', mutant.file)).href;

registerHooks({
  load(loadedUrl, context, nextLoad) {
    const loaded = nextLoad(loadedUrl, context);
    if (loadedUrl !== url) return loaded;
    const { source } = loaded;
    if (source === undefined || source === null) throw new Error(`${url} came without its source`);
    const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString('utf8');
    return { ...loaded, source: mutate(mutant, text) };
  },
});
