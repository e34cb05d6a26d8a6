import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadCpuMs } from '../../test/world/cpu-time.ts';
import { alwaysHolds } from '../../test/world/generated-inputs.ts';
import { ByteQueue } from './byte-queue.ts';

test('gives back what came in, however it was cut, and what was taken stays as it was', (context) => {
  const step = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((octets) => ({ push: Buffer.from(octets) })),
    fc.nat(50).map((take) => ({ take })),
  );
  alwaysHolds(
    context,
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new ByteQueue();
      const pushed: Buffer[] = [];
      const taken: { octets: Buffer; copy: Buffer }[] = [];
      for (const one of steps) {
        if ('push' in one) {
          pushed.push(Buffer.from(one.push));
          queue.push(one.push);
        } else {
          const octets = queue.take(one.take);
          taken.push({ octets, copy: Buffer.from(octets) });
        }
      }
      const all = Buffer.concat(pushed);
      const read = Buffer.concat(taken.map(({ octets }) => octets));
      assert.deepEqual(read, all.subarray(0, read.length));
      assert.equal(queue.length, all.length - read.length);
      assert.deepEqual(queue.peek(queue.length), all.subarray(read.length));
      for (const { octets, copy } of taken) assert.deepEqual(octets, copy);
    }),
  );
});

test('finds an octet from a position on, within what is unread', () => {
  const queue = new ByteQueue();
  queue.push(Buffer.from('ab\n'));
  queue.push(Buffer.from('cd\n'));
  assert.equal(queue.indexOf(0x0a), 2);
  assert.equal(queue.indexOf(0x0a, 3), 5);
  queue.take(4);
  assert.equal(queue.indexOf(0x0a), 1);
  assert.equal(queue.indexOf(0x7a), -1);
});

test('single octets cost linear time', () => {
  const queue = new ByteQueue();
  const startMs = threadCpuMs();
  for (let i = 0; i < 300_000; i++) queue.push(Buffer.from('x'));
  assert.equal(queue.length, 300_000);
  assert.ok(threadCpuMs() - startMs < 3000);
});
