// ARCHITECTURE.md names every folder of the two areas that have too many for one line.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

/** In the table of the areas. */
const EXPLAINED_ABOVE: Readonly<Record<string, readonly string[]>> = { mail: ['ports'], platform: [] };

for (const [area, explained] of Object.entries(EXPLAINED_ABOVE)) {
  test(`each folder of ${area}/ has its words in ARCHITECTURE.md`, () => {
    const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    const tables = page.slice(page.indexOf(`**\`${area}/\`**`));
    const folders = readdirSync(join(root, 'src', area), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const unnamed = folders.map(({ name }) => name).filter((name) => !tables.includes(`\`${name}/\``));
    assert.deepEqual(unnamed, explained);
  });
}
