// Octets of every length arrive whole, on file systems with and without a way past the cache; a failed copy leaves nothing.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { mountSmallDisk, smallDiskRefused } from '../../../test/world/small-disk.ts';
import { copyPastCache } from './write-past-cache.ts';

const MEGABYTE = 1024 * 1024;
const base = mkdtempSync(join(tmpdir(), 'valija-copy-'));
after(() => rmSync(base, { recursive: true }));

/** Octets that tell where they stand. */
function counted(length: number): Buffer {
  const octets = Buffer.alloc(length);
  for (let i = 0; i < length; i++) octets[i] = i + (i >> 8) + (i >> 16);
  return octets;
}

async function copyWithin(folder: string, octets: Buffer, prefix: Buffer): Promise<string> {
  const [source, target] = [join(folder, 'source'), join(folder, 'target')];
  writeFileSync(source, octets);
  await copyPastCache({ source, target, prefix, modifiedMs: 86_400_000 });
  return target;
}

for (const length of [0, 1, 4095, 4096, 300_000, MEGABYTE, MEGABYTE + 1, 3 * MEGABYTE + 17]) {
  test(`${length} octets, with prefixes of every kind`, async () => {
    for (const prefixLength of [0, 5, 4096, MEGABYTE, 2 * MEGABYTE + 1]) {
      const [octets, prefix] = [counted(length), Buffer.alloc(prefixLength, 'Received: ')];
      const target = await copyWithin(base, octets, prefix);
      assert.ok(readFileSync(target).equals(Buffer.concat([prefix, octets])), `after ${prefixLength}`);
      assert.equal(statSync(target).mtimeMs, 86_400_000);
      assert.equal(statSync(target).mode & 0o777, 0o600);
    }
  });
}

test('what was there before is not seen behind a shorter one', async () => {
  await copyWithin(base, counted(MEGABYTE), Buffer.alloc(0));
  assert.deepEqual(readFileSync(await copyWithin(base, counted(5000), Buffer.from('a'))).length, 5001);
});

test('many at once', async () => {
  const folders = Array.from({ length: 20 }, (_, i) => join(base, `many-${i}`));
  const copies = folders.map((folder, i) => {
    mkdirSync(folder);
    return copyWithin(folder, counted(200_000 + i), Buffer.from(`number ${i}`));
  });
  for (const [i, target] of (await Promise.all(copies)).entries()) {
    assert.ok(readFileSync(target).equals(Buffer.concat([Buffer.from(`number ${i}`), counted(200_000 + i)])));
  }
});

test('disks that do not answer leave a thread to whoever asks another', async () => {
  const folders = Array.from({ length: 5 }, (_, i) => mkdtempSync(join(base, `silent-${i}-`)));
  const copies = folders.map((folder) => {
    const [source, target] = [join(folder, 'source'), join(folder, 'target')];
    // Whoever opens it waits until somebody writes.
    execFileSync('mkfifo', [source]);
    return copyPastCache({ source, target, prefix: Buffer.alloc(0), modifiedMs: 0 });
  });
  await stat(base);
  for (const folder of folders) await writeFile(join(folder, 'source'), 'late\n');
  await Promise.all(copies);
  for (const folder of folders) assert.equal(readFileSync(join(folder, 'target'), 'utf8'), 'late\n');
});

test('where nothing goes past the cache', { skip: smallDiskRefused() }, async () => {
  const folder = join(base, 'in-memory');
  using _disk = mountSmallDisk(folder, 8, 'ramfs');
  assert.ok(
    readFileSync(await copyWithin(folder, counted(2_000_001), Buffer.from('a')))
      .subarray(1)
      .equals(counted(2_000_001)),
  );
});

test('a full disk is told of, and nothing stays there', { skip: smallDiskRefused() }, async () => {
  const folder = join(base, 'full');
  using _disk = mountSmallDisk(folder, 4);
  await assert.rejects(copyWithin(folder, counted(3_000_000), Buffer.alloc(0)), { code: 'ENOSPC' });
  assert.ok(!existsSync(join(folder, 'target')));
});

test('a source that is gone', async () => {
  const copy = { source: join(base, 'gone'), target: join(base, 'never'), prefix: Buffer.alloc(0), modifiedMs: 0 };
  await assert.rejects(copyPastCache(copy), { code: 'ENOENT' });
  assert.ok(!existsSync(copy.target));
});
