import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Repair } from '#mail/doctor/finding.ts';
import type { CommandContext } from '../command-context.ts';
import { openSay } from '../texts/say.ts';
import { mend } from './repairs.ts';

const CONTEXT = { say: openSay('en'), paint: (_: string, text: string) => text } as unknown as CommandContext;

test('[C67] many files of somebody else are a few lines and a number; what was not done is never told as done', (t) => {
  const base = mkdtempSync(join(tmpdir(), 'valija-repairs-'));
  t.after(() => rmSync(base, { recursive: true }));
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const owned = Array.from({ length: 30 }, (_, at) => join(base, `mail${at}`));
  for (const path of owned) writeFileSync(path, '', { mode: 0o644 });
  const owner = (path: string): Repair => ({ kind: 'owner', base, path, uid, gid });
  const mode = (path: string): Repair => ({ kind: 'mode', base, path, mode: 0o600 });
  const missing = Array.from({ length: 25 }, (_, at) => owner(join(base, 'gone', String(at))));
  const mended = mend(CONTEXT, [...owned.map(owner), ...missing, ...owned.slice(0, 3).map(mode)]);
  assert.deepEqual(
    owned.slice(0, 3).map((path) => statSync(path).mode & 0o777),
    [0o600, 0o600, 0o600],
  );
  const of = (pattern: RegExp) => mended.filter(({ text }) => pattern.test(text));
  assert.equal(of(/^mended: .* has mode 0600$/).length, 3);
  assert.equal(of(/^mended: .*mail\d+ belongs to /).length, 20);
  assert.equal(of(/^mended: 10 files and folders below /).length, 1);
  assert.equal(of(/^not mended: .*gone.*: /).length, 20);
  assert.equal(of(/^not mended: 5 more files and folders below /).length, 1);
  assert.equal(mended.filter(({ isDone }) => isDone).length, 24);
});
