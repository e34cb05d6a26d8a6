import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { openContentStore } from './content-store.ts';
import { pathOf } from './file-content.ts';
import { sharedPiecesOf } from './shared-content.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-content-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const MEGABYTE = 1024 * 1024;
const ALL_IN_FILES = { memoryBytes: 10, chunkedBytes: 10 };

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
  it('keeps small messages in memory, larger ones in chunks of it, the largest in a file', async () => {
    await contentOf(1000, 100);
    await contentOf(128 * 1024, 1024);
    await contentOf(128 * 1024 + 1, 1024);
    await contentOf(256 * 1024, 256 * 1024);
    await contentOf(3_000_000, 65_536);
    await contentOf(4 * MEGABYTE, 65_536);
    await contentOf(4 * MEGABYTE + 1, 65_536);
    await contentOf(9_000_000, 2_000_000);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('when all chunks are in use, a message goes to a file, and to chunks again when some are free', async () => {
    using store = openContentStore({ folder });
    const write = async (letter: string) => {
      const writer = store.openWriter();
      for (let i = 0; i < 4; i++) await writer.write(Buffer.alloc(MEGABYTE, letter));
      return await writer.finish();
    };
    const first = [...'abcdefghijklmnop'];
    const held = [];
    for (const letter of first) held.push(await write(letter));
    const other = await write('z');
    assert.ok(sharedPiecesOf(other) === undefined && pathOf(other) !== undefined);
    assert.ok((await other.read(0, 5 * MEGABYTE)).equals(Buffer.alloc(4 * MEGABYTE, 'z')));
    for (const [i, content] of held.entries()) {
      assert.ok(sharedPiecesOf(content) !== undefined && pathOf(content) === undefined);
      assert.ok((await content.read(0, 5 * MEGABYTE)).equals(Buffer.alloc(4 * MEGABYTE, first[i])));
      await content[Symbol.asyncDispose]();
    }
    await other[Symbol.asyncDispose]();
    await using again = await write('y');
    assert.ok(sharedPiecesOf(again) !== undefined);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("chunks are the next one's when a message is disposed of: what was read stays, and nothing more is", async () => {
    using store = openContentStore({ folder });
    const write = async (letter: string) => {
      const writer = store.openWriter();
      await writer.write(Buffer.alloc(MEGABYTE, letter));
      return await writer.finish();
    };
    const first = await write('a');
    const read = await first.read(100, 1000);
    const streamed: Buffer[] = [];
    for await (const piece of first.stream()) streamed.push(piece);
    await first[Symbol.asyncDispose]();
    await using _second = await write('b');
    assert.ok(read.equals(Buffer.alloc(1000, 'a')));
    assert.ok(Buffer.concat(streamed).equals(Buffer.alloc(MEGABYTE, 'a')));
    await assert.rejects(first.read(0, 10), /disposed/);
  });

  it('a writer that is given up amid its chunks gives them back', async () => {
    using store = openContentStore({ folder });
    for (let i = 0; i < 100; i++) {
      await using writer = store.openWriter();
      await writer.write(Buffer.alloc(2 * MEGABYTE));
    }
    const writer = store.openWriter();
    await writer.write(Buffer.alloc(2 * MEGABYTE));
    await using content = await writer.finish();
    assert.ok(sharedPiecesOf(content) !== undefined);
  });

  it('an empty message is a message', async () => {
    using store = openContentStore({ folder });
    await using content = await store.openWriter().finish();
    assert.equal(content.sizeBytes, 0);
    assert.equal((await content.read(0, 10)).length, 0);
  });

  it('a writer that is given up leaves nothing', async () => {
    using store = openContentStore({ folder, ...ALL_IN_FILES });
    {
      await using writer = store.openWriter();
      await writer.write(Buffer.alloc(100));
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  it('a file that cannot be removed is no failure: the message may have been promised', async () => {
    using store = openContentStore({ folder, ...ALL_IN_FILES });
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
    using store = openContentStore({ folder: gone, ...ALL_IN_FILES });
    rmSync(gone, { recursive: true });
    await using writer = store.openWriter();
    await assert.rejects(async () => {
      await writer.write(Buffer.alloc(100));
      await writer.finish();
    }, WorldError);
  });
});
