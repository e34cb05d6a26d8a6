// A large message that cannot be kept leaves nothing in the journal's folder: the disk may be full, and nothing would take it
// away before the next start.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
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
