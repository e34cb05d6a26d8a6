import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CdbReader } from './cdb-reader.ts';
import { writeIndex } from './index-file.ts';
import type { Entry } from './lookup.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-index-'));
after(() => rmSync(folder, { recursive: true }));

const KEYS = 2_000;

/** All keys with one and the same value. */
function version(value: string): Entry[] {
  return Array.from({ length: KEYS }, (_, i): Entry => [`usuario${i}@valija.test`, value]);
}

/** Of which versions the file has values. */
function versionsIn(path: string): string[] {
  const reader = new CdbReader(readFileSync(path));
  return [...new Set(Array.from({ length: KEYS }, (_, i) => String(reader.find(`usuario${i}@valija.test`))))];
}

test('[C66] at every moment the index is the old one or the new one, whole', async () => {
  const path = join(folder, 'vmailbox.cdb');
  await writeIndex(path, version('0'), undefined, { mode: 0o644 });
  let isWriting = true;
  const seen = new Set<string>();
  const reading = (async () => {
    while (isWriting) {
      const versions = versionsIn(path);
      assert.equal(versions.length, 1, `parts of ${versions.join(' and ')}`);
      seen.add(versions[0] ?? '');
      await nextTurn();
    }
  })();
  for (let number = 1; number <= 20; number++) {
    await writeIndex(path, version(String(number)), undefined, { mode: 0o644 });
  }
  isWriting = false;
  await reading;
  assert.deepEqual(versionsIn(path), ['20']);
  assert.ok(seen.size > 1, 'it was read while it was written');
  assert.deepEqual(readdirSync(folder), ['vmailbox.cdb']);
});

test('[C66] one that cannot be put in its place leaves nothing behind, and what stood there', async () => {
  const path = join(folder, 'occupied.cdb');
  mkdirSync(join(path, 'something'), { recursive: true });
  await assert.rejects(writeIndex(path, version('1'), undefined, { mode: 0o644 }), /EISDIR|ENOTEMPTY|EEXIST/);
  assert.deepEqual(readdirSync(folder).sort(), ['occupied.cdb', 'vmailbox.cdb']);
});
