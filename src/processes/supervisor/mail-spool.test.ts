// What root makes in a folder that others may write: a new file of the right owner, or nothing.

import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Denial } from './accounts.ts';
import { makeSpool } from './mail-spool.ts';
import { findGroup } from './privileges.ts';

const isRoot = process.getuid?.() === 0;
const uid = isRoot ? 1_001 : (process.getuid?.() ?? 0);
const account = { user: 'usuario1', uid, gid: uid, home: '/home/usuario1', shell: '/bin/sh' };

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'valija-spool-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function denied(pattern: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Denial && pattern.test(error.message);
}

test('[C17] a first mbox is USER:mail and 0660, whatever the umask; asking again changes nothing', (t) => {
  const folder = makeFolder(t);
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  makeSpool(folder, account);
  const file = join(folder, 'usuario1');
  const made = lstatSync(file);
  assert.equal(made.mode & 0o7777, 0o660);
  assert.deepEqual([made.uid, made.gid], [uid, isRoot ? findGroup('mail') : process.getgid?.()]);
  writeFileSync(file, 'From usuario2\n');
  makeSpool(folder, account);
  assert.equal(readFileSync(file, 'utf8'), 'From usuario2\n');
  assert.equal(lstatSync(file).ino, made.ino);
});

test('a symbolic link, a hard link, a folder: refused, and what they lead to stays as it was', (t) => {
  const folder = makeFolder(t);
  const file = join(folder, 'usuario1');
  const precious = join(folder, 'precious');
  writeFileSync(precious, 'mine', { mode: 0o600 });
  const before = lstatSync(precious);
  symlinkSync(precious, file);
  assert.throws(() => makeSpool(folder, account), denied(/no ordinary file/));
  rmSync(file);
  symlinkSync(join(folder, 'nowhere'), file);
  assert.throws(() => makeSpool(folder, account), denied(/no ordinary file/));
  assert.ok(!readdirSync(folder).includes('nowhere'));
  rmSync(file);
  chownSync(precious, uid, before.gid);
  linkSync(precious, file);
  assert.throws(() => makeSpool(folder, account), denied(/hard links/));
  rmSync(file);
  mkdirSync(file);
  assert.throws(() => makeSpool(folder, account), denied(/no ordinary file/));
  assert.deepEqual([lstatSync(precious).mode, readFileSync(precious, 'utf8')], [before.mode, 'mine']);
});

test("another user's file is not given away", { skip: !isRoot && 'needs root' }, (t) => {
  const folder = makeFolder(t);
  const file = join(folder, 'usuario1');
  writeFileSync(file, 'theirs', { mode: 0o644 });
  chownSync(file, 1_002, 1_002);
  assert.throws(() => makeSpool(folder, account), denied(/belongs to another user \(uid 1002\)/));
  assert.deepEqual([lstatSync(file).uid, lstatSync(file).mode & 0o777], [1_002, 0o644]);
});

test('a folder where anybody may replace a file, or that is not there, gets none', (t) => {
  const folder = makeFolder(t);
  chmodSync(folder, 0o777);
  assert.throws(() => makeSpool(folder, account), denied(/others may not write there/));
  chmodSync(folder, 0o1777);
  makeSpool(folder, account);
  assert.throws(() => makeSpool(join(folder, 'none'), account), denied(/ENOENT/));
});
