// What stands in a folder.

import { readdirSync } from 'node:fs';
import { isMissing } from './errno.ts';

/** In the order of their names; none where there is no such folder, or it went away meanwhile. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}
