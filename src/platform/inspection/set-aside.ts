// What a server has set aside because it was damaged: it waits for somebody to look at it.

import { join } from 'node:path';
import { namesIn } from '#platform/files/names-in.ts';

const SET_ASIDE = /\.(?:broken|damaged)/;

/** Paths of files; of messages of the queue, the folder that they all lie in. */
export function listSetAside(state: string): string[] {
  const files = ['', 'journal'].flatMap((below) => {
    const names = namesIn(join(state, below)).filter((name) => SET_ASIDE.test(name));
    return names.map((name) => join(state, below, name));
  });
  const messages = join(state, 'queue', 'damaged');
  return namesIn(messages).length === 0 ? files : [...files, messages];
}
