// The TypeScript files of the house, as paths from its root.

import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

export function sourceFiles(root: string): string[] {
  const files: string[] = [];
  for (const top of ['src', 'test', 'tools']) {
    for (const entry of readdirSync(join(root, top), { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && entry.name.endsWith('.ts')) files.push(relative(root, join(entry.parentPath, entry.name)));
    }
  }
  return files.sort();
}
