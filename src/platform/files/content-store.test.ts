import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { openContentStore } from './content-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-content-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function contentOf(sizeBytes: number, pieceBytes: number): Promise<void> {
  using store = openContentStore({ folder });
  await using writer = store.openWriter();
  const octets = Buffer.from(Array.from({ length: sizeBytes }, (_, i) => i % 251));
  const reused = Buffer.alloc(pieceBytes);
  for (let at = 0; at < sizeBytes; at += pieceBytes) {
    // The connection's buffer is filled again after each write.
    const length = octets.copy(reused, 0, at);
    const waiting = writer.write(reused.subarray(0, length));
    if (waiting !== undefined) await waiting;
  }
  assert.equal(writer.sizeBytes, sizeBytes);
  await using content = await writer.finish();
  assert.equal(content.sizeBytes, sizeBytes);
  const pieces: Buffer[] = [];
  for await (const piece of content.stream()) pieces.push(piece);
  assert.ok(Buffer.concat(pieces).equals(octets));
  assert.ok((await content.read(7, 9)).equals(octets.subarray(7, 16)));
  assert.ok((await content.read(sizeBytes - 3, 100)).equals(octets.subarray(sizeBytes - 3)));
  assert.equal((await content.read(sizeBytes + 10, 5)).length, 0);
}

describe('content store', () => {
  it('keeps small messages in memory and large ones in a file without a name', async () => {
    await contentOf(1000, 100);
    await contentOf(128 * 1024, 1024);
    await contentOf(128 * 1024 + 1, 1024);
    await contentOf(3_000_000, 65_536);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('an empty message is a message', async () => {
    using store = openContentStore({ folder });
    await using content = await store.openWriter().finish();
    assert.equal(content.sizeBytes, 0);
    assert.equal((await content.read(0, 10)).length, 0);
  });

  it('a writer that is given up leaves nothing', async () => {
    using store = openContentStore({ folder, memoryBytes: 10 });
    {
      await using writer = store.openWriter();
      await writer.write(Buffer.alloc(100));
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  it('a file that cannot be removed is no failure: the message may have been promised', async () => {
    using store = openContentStore({ folder, memoryBytes: 10 });
    const given = store.openWriter();
    await given.write(Buffer.alloc(100));
    const content = await given.finish();
    const abandoned = store.openWriter();
    await abandoned.write(Buffer.alloc(100));
    for (const file of readdirSync(folder)) rmSync(join(folder, file));
    await content[Symbol.asyncDispose]();
    await abandoned[Symbol.asyncDispose]();
  });

  it('removes its leftovers when it starts, and nothing else', () => {
    writeFileSync(join(folder, 'content-1-1'), 'x');
    writeFileSync(join(folder, 'other'), 'x');
    using _store = openContentStore({ folder });
    assert.deepEqual(readdirSync(folder), ['other']);
    rmSync(join(folder, 'other'));
  });

  it('a disk that takes nothing is a failure of the world, told to whoever writes or ends', async () => {
    const gone = join(folder, 'gone');
    using store = openContentStore({ folder: gone, memoryBytes: 10 });
    rmSync(gone, { recursive: true });
    await using writer = store.openWriter();
    await assert.rejects(async () => {
      await writer.write(Buffer.alloc(100));
      await writer.finish();
    }, WorldError);
  });
});
