import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const VALIJA = join(import.meta.dirname, '../../../bin/valija');

test('a file of an authority that is not there, or is none, is refused in both languages by setup and tls check', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-trusted-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'valija.toml'), '');
  writeFileSync(join(folder, 'letter.pem'), 'Querida Ana:\n');
  const run = (...args: readonly string[]) =>
    new Promise<readonly [unknown, string]>((resolve) => {
      const child = execFile(VALIJA, [...args, '--config', 'valija.toml'], { cwd: folder }, (error, _, errors) =>
        resolve([error?.code, errors]),
      );
      child.stdin?.end();
    });
  for (const command of [
    ['setup', 'valija.test', '--plan', '--acme-cafile'],
    ['tls', 'check', '--CAfile'],
  ]) {
    const english = await run(...command, 'missing.pem', '--lang', 'en');
    assert.deepEqual(english, [66, 'valija: missing.pem cannot be read: is it there, and may you read it?\n']);
    const spanish = await run(...command, 'missing.pem', '--lang', 'es');
    assert.deepEqual(spanish, [66, 'valija: no se puede leer missing.pem: ¿existe, y tiene usted permiso?\n']);
    const other = await run(...command, 'letter.pem', '--lang', 'en');
    assert.deepEqual(other, [65, 'valija: there is no certificate in letter.pem (PEM is expected)\n']);
  }
});
