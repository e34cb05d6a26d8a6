import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { syncFileSystemOf } from './file-system-sync.ts';
import { openLibrary } from './library.ts';
import { leaveOpen } from './next-program.ts';
import { releaseRecordLock, tryRecordLock } from './record-lock.ts';
import { openSystemCrypt } from './system-crypt.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-native-'));
after(() => rmSync(folder, { recursive: true }));

/** What a program with a classic fcntl lock sees. */
function otherProgramLocks(path: string): string {
  const program = `
import fcntl, sys
file = open(sys.argv[1], 'r+')
try:
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print('got it')
except OSError:
    print('kept out')`;
  return spawnSync('python3', ['-c', program, path], { encoding: 'utf8' }).stdout.trim();
}

test('a lock keeps out other programs, and other descriptors of this one, until it is released or closed [C17]', () => {
  const path = join(folder, 'locked');
  const one = openSync(path, 'a+');
  const two = openSync(path, 'a+');
  assert.equal(tryRecordLock(one, 'exclusive'), true);
  assert.equal(tryRecordLock(two, 'exclusive'), false);
  assert.equal(tryRecordLock(two, 'shared'), false);
  assert.equal(otherProgramLocks(path), 'kept out');
  // A classic lock would be lost here.
  closeSync(openSync(path, 'r'));
  assert.equal(otherProgramLocks(path), 'kept out');
  releaseRecordLock(one);
  assert.equal(tryRecordLock(two, 'exclusive'), true);
  closeSync(two);
  assert.equal(otherProgramLocks(path), 'got it');
  closeSync(one);
  assert.throws(() => tryRecordLock(one, 'exclusive'), WorldError);
});

test('a file system is synced by one call', async () => {
  const directory = openSync(folder, 'r');
  await syncFileSystemOf(directory);
  closeSync(directory);
  await assert.rejects(syncFileSystemOf(directory), WorldError);
});

/** Of `secret`, made by `mkpasswd` and `openssl passwd`. */
const HASHES = [
  '$y$j75$9V/jrbU3zHofUtv.NQw5Z0$du5HJUu7w6bHJIPC2v.2YMUcFTPvuNdXP/YCx0cT2P4',
  '$gy$j75$8UsRRQeLLNEerJUiTZI2B.$ynAcmBvBrp2ukGPnaGAWnE/oOjJVTyEvrAcsMgzt128',
  '$7$BU..../....eiUyLTQiMcDx/twWTiRvt.$eP33/60OK2IPQ5IqiUTkrW6Anszj4ipzplciaqxRiv.',
  '$2b$04$U3JPVk4GacSFL3tm3ZTyvu.QZk7kviC1K3zVlnphGesSmDGOBN1PW',
  '$6$rounds=1000$RkTYQrdwZO6O6gSt$oCgGpmGrkwIpo4X1jcfmi0qNkkx0/fwq3g0dfk5DJEopFACMn8dsoBuWA4hI758A.8TLb7KqzOQ.JZlPL3PRm/',
  '$5$rounds=1000$0gZNTD9Djg6vmE14$pJ.Cse.LDxUjkAwOJsCEUM6jnNyTPmNYqGzogTX5vRB',
  '$1$byFyGjQR$ESaBgp0kdW7Imm7WLJrHR/',
  '.VbnsNXoluY22',
];

test('every scheme of libcrypt is verified, yescrypt too', async () => {
  const crypt = openSystemCrypt();
  for (const hash of HASHES) {
    assert.equal(await crypt.verify('secret', hash), true, hash);
    assert.equal(await crypt.verify('secret ', hash), false, hash);
    assert.equal(await crypt.verify('secret\0', hash), false, hash);
  }
  for (const none of ['', '!', '*', '*0', '!!', 'x', '$y$', '$9$abc$def', `$6$${'x'.repeat(500)}`]) {
    assert.equal(await crypt.verify('secret', none), false, none);
    assert.equal(await crypt.verify('', none), false, none);
  }
});

test('more than the limit waits for nothing: it is told so at once', async () => {
  const crypt = openSystemCrypt({ atOnce: 1, waiting: 2, settingBytes: 384 });
  const [hash = ''] = HASHES;
  const answers = await Promise.all(Array.from({ length: 5 }, () => crypt.verify('secret', hash)));
  assert.deepEqual(answers, [true, true, true, 'unavailable', 'unavailable']);
  assert.equal(await crypt.verify('secret', hash), true);
});

test('a library that is missing is refused in plain words', () => {
  assert.throws(
    () => openLibrary('libnothing.so.9', 'system users'),
    (cause) => cause instanceof WorldError && /^system users need libnothing\.so\.9: /.test(cause.message),
  );
});

test('what is left open is there for the program that takes the place of this one; nothing else is', () => {
  const names = import.meta.resolve('./next-program.ts');
  const program = `
import { leaveOpen } from ${JSON.stringify(names)};
leaveOpen(3);
process.execve('/bin/sh', ['sh', '-c', 'for n in 3 4; do [ -e /proc/$$/fd/$n ] && echo $n; done; true'], process.env);`;
  const file = openSync(import.meta.filename, 'r');
  const stdio = ['ignore', 'pipe', 'pipe', file, file] as const;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    stdio: [...stdio],
    encoding: 'utf8',
  });
  closeSync(file);
  assert.equal(run.stdout, '3\n', run.stderr);
  assert.throws(() => leaveOpen(12_345), WorldError);
});
