import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { takeOwnership } from './owner-lock.ts';

test('a state has one owner, and is free again after kill -9', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-owner-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const program = `
    const { takeOwnership } = await import(${JSON.stringify(join(import.meta.dirname, 'owner-lock.ts'))});
    globalThis.lock = takeOwnership(${JSON.stringify(folder)});
    console.log(globalThis.lock !== undefined);
    setInterval(() => globalThis.lock, 1000);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', program]);
  assert.equal(String(await once(other.stdout, 'data')).trim(), 'true');
  assert.equal(takeOwnership(folder), undefined);
  other.kill('SIGKILL');
  await once(other, 'exit');
  const own = takeOwnership(folder);
  assert.notEqual(own, undefined);
  own?.[Symbol.dispose]();
});

test('a folder that cannot be made is a WorldError', () => {
  assert.throws(() => takeOwnership('/dev/null/none'), WorldError);
});
