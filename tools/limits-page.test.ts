// docs/limits.md is written by hand: what it names must be there, and every limit that can be set must be in it.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { configSchema } from '#platform/config/schema.ts';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/limits.md'), 'utf8');
const SETTINGS = Object.keys(configSchema.shape);

test('every file that docs/limits.md names is there', () => {
  const files = [...page.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, file = '']) => file);
  assert.ok(files.length > 80);
  for (const file of files) assert.ok(existsSync(join(root, file)), file);
});

test('every limit that can be set is in docs/limits.md', () => {
  const limits = SETTINGS.filter((name) => /_limit|timeout|_rate|connections|sleep_time/.test(name));
  assert.ok(limits.length > 15);
  for (const name of limits) assert.ok(page.includes(`\`${name}\``), name);
});
