// A large message that cannot be kept leaves nothing in the journal's folder: the disk may be full, and nothing would take it
// away before the next start.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { memoryContent } from '#platform/files/memory-content.ts';
import { recordBody } from './message-bodies.ts';

const base = mkdtempSync(join(tmpdir(), 'valija-bodies-'));
after(() => rmSync(base, { recursive: true }));

test('a large message that is given up amid its octets', async () => {
  const folder = mkdtempSync(join(base, 'journal-'));
  const failing = {
    sizeBytes: 300_000,
    read: () => Promise.reject(new Error('it was given up')),
    async *stream() {
      yield Buffer.alloc(200_000);
      throw new Error('it was given up');
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  await assert.rejects(recordBody(folder, '4Abc', 0, failing), /given up/);
  assert.deepEqual(readdirSync(folder), []);
});

test('what another message has there stays', async () => {
  const folder = mkdtempSync(join(base, 'journal-'));
  writeFileSync(join(folder, '4Abc.0.message'), 'promised');
  const content = memoryContent(Buffer.alloc(300_000));
  await assert.rejects(recordBody(folder, '4Abc', 0, content), { code: 'EEXIST' });
  assert.equal(readFileSync(join(folder, '4Abc.0.message'), 'utf8'), 'promised');
});
