import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkCircles } from './check-circles.ts';

function complaintsAbout(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'valija-circles-'));
  try {
    for (const folder of ['src/a', 'test', 'tools']) mkdirSync(join(root, folder), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'src/a', name), text);
    return checkCircles(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('a circle is told once, with its way; two ways to one file are none', () => {
  const files = {
    'one.ts': "import { two } from './two.ts';\nimport { three } from './three.ts';\n",
    'two.ts': "import {\n  type Three,\n  three,\n} from '#a/three.ts';\n",
    'three.ts': '',
  };
  assert.deepEqual(complaintsAbout(files), []);
  assert.deepEqual(complaintsAbout({ ...files, 'three.ts': "export { one } from './one.ts';\n" }), [
    'imports run in a circle: src/a/one.ts → src/a/two.ts → src/a/three.ts → src/a/one.ts',
  ]);
});

test('types may know each other', () => {
  const files = {
    'one.ts': "import type { Two } from './two.ts';\n",
    'two.ts': "import { type One, type Other } from './one.ts';\nimport { readFileSync } from 'node:fs';\n",
  };
  assert.deepEqual(complaintsAbout(files), []);
});
