// What code that may run as root can reach, even indirectly.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const SOURCES = join(import.meta.dirname, '../..');
const IMPORT = /^\s*(?:import|export)\b(?:[^'"]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

/** Every module below `src/` that a file imports, and everything else by its name. */
function reach(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(relative(SOURCES, file))) return seen;
  seen.add(relative(SOURCES, file));
  for (const match of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const name = match[1] ?? match[2] ?? '';
    if (name.startsWith('.')) reach(join(dirname(file), name), seen);
    else if (name.startsWith('#')) reach(join(SOURCES, name.slice(1)), seen);
    else seen.add(name);
  }
  return seen;
}

test('the supervisor reaches no parser, no package and no service: its own files, the roster, the messages and their shapes', () => {
  const reached = [...reach(join(SOURCES, 'processes/supervisor/main.ts'))];
  const foreign = reached.filter((name) => !name.startsWith('node:') && !name.startsWith('processes/supervisor/'));
  assert.deepEqual(foreign.sort(), [
    'base/shape.ts',
    'processes/messages.ts',
    'processes/roster.ts',
    'processes/systemd.ts',
  ]);
  const node = reached.filter((name) => name.startsWith('node:'));
  assert.deepEqual(node.sort(), ['node:child_process', 'node:crypto', 'node:fs', 'node:net', 'node:path']);
  assert.equal(reach(join(SOURCES, 'processes/supervisor/become-user.ts')).size, 1);
  // The walk itself sees parsers where there are some.
  assert.ok(reach(join(SOURCES, 'processes/settings/main.ts')).has('smol-toml'));
});
