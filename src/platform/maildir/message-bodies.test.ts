// A large message for one mailbox lies in the journal's folder as it will in the mailbox; for several, without what stands before
// it in each. One that cannot be kept leaves nothing there: the disk may be full, and nothing would take it away before the next
// start.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { memoryContent } from '#platform/files/memory-content.ts';
import { sharedContent } from '#platform/files/shared-content.ts';
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

const PIECES = [Buffer.alloc(262_144, 'one\r\n'), Buffer.alloc(37_000, 'two\r\n')];
const LARGE = sharedContent(PIECES, 299_144);
const PLACE = { prefix: Buffer.from('Return-Path: <>\r\n'), internalDateMs: 86_400_000 };
const ONE_MAILBOX = { isFiledOnly: true, onlyPlace: PLACE };

test('what another message has there stays', async () => {
  const folder = mkdtempSync(join(base, 'journal-'));
  writeFileSync(join(folder, '4Abc.0.message'), 'promised');
  for (const content of [memoryContent(Buffer.alloc(300_000)), LARGE]) {
    await assert.rejects(recordBody(folder, '4Abc', 0, content, ONE_MAILBOX), { code: 'EEXIST' });
    assert.equal(readFileSync(join(folder, '4Abc.0.message'), 'utf8'), 'promised');
  }
});

test('in shared memory, for one mailbox: written as it will lie there', async () => {
  const folder = mkdtempSync(join(base, 'journal-'));
  assert.deepEqual(await recordBody(folder, '4Abc', 0, LARGE, ONE_MAILBOX), {
    ...{ kind: 'file', file: '4Abc.0.message', sizeBytes: 299_144, prefixBytes: 17 },
  });
  const path = join(folder, '4Abc.0.message');
  assert.ok(readFileSync(path).equals(Buffer.concat([PLACE.prefix, ...PIECES])));
  assert.equal(statSync(path).mtimeMs, 86_400_000);
});

test('the same for several, or for others too', async () => {
  const folder = mkdtempSync(join(base, 'journal-'));
  assert.deepEqual(await recordBody(folder, '4Abc', 0, LARGE), {
    ...{ kind: 'file', file: '4Abc.0.message', sizeBytes: 299_144 },
  });
  assert.ok(readFileSync(join(folder, '4Abc.0.message')).equals(Buffer.concat(PIECES)));
});

test('a small one is lent where it lies, unless it goes elsewhere too', async () => {
  const octets = Buffer.alloc(50_000, 'small\r\n');
  const content = sharedContent([octets], octets.length);
  const lent = await recordBody('/nowhere', '4Abc', 0, content, { isFiledOnly: true });
  assert.ok(lent.kind === 'octets' && lent.isLent === true && lent.octets === octets);
  const copied = await recordBody('/nowhere', '4Abc', 0, content, { isFiledOnly: false });
  octets.fill('x');
  assert.ok(copied.kind === 'octets' && copied.isLent === undefined);
  assert.ok(copied.octets.equals(Buffer.alloc(50_000, 'small\r\n')));
});
