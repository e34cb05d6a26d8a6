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

test('of one memory there are so many chunks; what one gives back, the next one has', () => {
  const memory = new SharedArrayBuffer(9);
  const pool = new SharedChunkPool(memory, 4);
  const [first, second] = [pool.take(), pool.take()];
  assert.equal(pool.take(), undefined);
  assert.equal(first?.fill(Buffer.from('abcdef')), 4);
  second?.fill(Buffer.from('xyz'));
  assert.equal(Buffer.from(memory).toString(), 'abcdxyz\0\0');
  first.release();
  first.release();
  const third = pool.take();
  third?.fill(Buffer.from('q'));
  assert.deepEqual([third?.octets.toString(), third?.octets.byteOffset], ['q', 0]);
  assert.equal(pool.take(), undefined);
  second?.release();
  assert.ok(pool.take() !== undefined);
});
