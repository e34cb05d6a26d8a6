import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChunkPool, SharedChunkPool } from './octet-chunk.ts';

test('a chunk takes what it has room for, and its memory is used again', () => {
  const pool = new ChunkPool(4, 1);
  const chunk = pool.take();
  assert.equal(chunk.fill(Buffer.from('abcdef')), 4);
  assert.ok(chunk.isFull);
  const { octets } = chunk;
  assert.equal(octets.toString(), 'abcd');
  chunk.release();
  chunk.release();
  assert.throws(() => chunk.octets, /released/);
  assert.equal(pool.hold(Buffer.from('xy')).octets.buffer, octets.buffer);
});

test('what is more than may be kept goes back at once', () => {
  const pool = new ChunkPool(8192, 1);
  const [kept, dropped] = [pool.hold(Buffer.alloc(8192)), pool.hold(Buffer.alloc(8192))];
  const [first, second] = [kept.octets, dropped.octets];
  kept.release();
  dropped.release();
  assert.deepEqual([first.length, second.length], [8192, 0]);
});

test('of shared chunks there are so many; what one gives back, the next one has', () => {
  const pool = new SharedChunkPool(4, 2);
  const [first, second] = [pool.take(), pool.take()];
  assert.equal(pool.take(), undefined);
  assert.equal(first?.fill(Buffer.from('abcdef')), 4);
  const memory = first.octets.buffer;
  assert.ok((memory as ArrayBufferLike) instanceof SharedArrayBuffer);
  first.release();
  first.release();
  const third = pool.take();
  third?.fill(Buffer.from('x'));
  assert.deepEqual([third?.octets.toString(), third?.octets.buffer === memory], ['x', true]);
  assert.equal(pool.take(), undefined);
  second?.release();
  assert.ok(pool.take() !== undefined);
});
