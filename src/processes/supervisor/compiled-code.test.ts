import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { compiledCodeFolder } from './compiled-code.ts';

const base = mkdtempSync(join(tmpdir(), 'valija-compiled-'));
after(() => rmSync(base, { recursive: true }));

/** Root may give folders away; anybody may give their own to themselves. */
const isRoot = process.getuid?.() === 0;
const owner = {
  user: 'valija',
  uid: isRoot ? 1 : (process.getuid?.() ?? 0),
  gid: isRoot ? 1 : (process.getgid?.() ?? 0),
};

test('a user’s folder is that user’s, and others only read it', () => {
  const folder = compiledCodeFolder(join(base, 'cache'), owner);
  assert.equal(folder, join(base, 'cache/valija'));
  const { uid, gid, mode } = statSync(folder ?? '');
  assert.deepEqual({ uid, gid, mode: mode & 0o022 }, { uid: owner.uid, gid: owner.gid, mode: 0 });
  assert.equal(compiledCodeFolder(join(base, 'cache'), owner), folder, 'at the next start, too');
});

test('where a link stands, nothing is given away', () => {
  const target = join(base, 'of-root');
  mkdirSync(target);
  const before = lstatSync(target).uid;
  mkdirSync(join(base, 'linked'));
  symlinkSync(target, join(base, 'linked/valija'));
  assert.equal(compiledCodeFolder(join(base, 'linked'), owner), undefined);
  assert.equal(lstatSync(target).uid, before);
});

test('where none can be made it goes without', () => {
  assert.equal(compiledCodeFolder(undefined, owner), undefined);
  assert.equal(compiledCodeFolder('/dev/null', owner), undefined);
  const closed = join(base, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o500);
  if (!isRoot) assert.equal(compiledCodeFolder(closed, owner), undefined);
});
