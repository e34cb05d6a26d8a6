// A folder with all above it that is missing, for its owner only, and all of their names on stable storage.

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncNameOf } from './sync-path.ts';

export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncNameOf(made);
}
