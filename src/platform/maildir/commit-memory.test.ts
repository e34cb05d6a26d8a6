import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommitMemory } from './commit-memory.ts';

describe('memory that commits came in', () => {
  it('goes back with the last of them, not before', () => {
    const memory = new CommitMemory();
    const [shared, own] = [new ArrayBuffer(8), new ArrayBuffer(8)];
    memory.hold(['A', 'B'], shared);
    memory.hold(['C'], own);
    memory.release('B');
    memory.release('B');
    memory.release('nobody');
    assert.deepEqual([shared.detached, own.detached], [false, false]);
    memory.release('C');
    assert.deepEqual([shared.detached, own.detached], [false, true]);
    memory.release('A');
    assert.equal(shared.detached, true);
  });

  it('an id that comes again while the first is there frees neither too early', () => {
    const memory = new CommitMemory();
    const [first, second] = [new ArrayBuffer(8), new ArrayBuffer(8)];
    memory.hold(['A'], first);
    memory.hold(['A', 'B'], second);
    memory.release('A');
    memory.release('A');
    memory.release('B');
    assert.deepEqual([first.detached, second.detached], [true, false]);
  });
});
