import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Maildrop } from './maildrop.ts';

function threeMessages(): Maildrop {
  return new Maildrop({
    uidValidity: 0x4f4ae1e5,
    uids: Uint32Array.of(1, 266, 4_294_967_295),
    sizesBytes: Float64Array.of(10, 200, 3_000),
  });
}

test('[C46] a unique id is Dovecot’s %08Xu%08Xv', () => {
  const maildrop = threeMessages();
  const ids = [...maildrop.messages()].map((message) => maildrop.uniqueId(message));
  assert.deepEqual(ids, ['000000014f4ae1e5', '0000010a4f4ae1e5', 'ffffffff4f4ae1e5']);
});

test('[C46] marks count at once, and can be taken back', () => {
  const maildrop = threeMessages();
  assert.deepEqual([maildrop.count, maildrop.sizeBytes], [3, 3_210]);
  const second = maildrop.find(2);
  assert.deepEqual(second, { number: 2, uid: 266, sizeBytes: 200 });
  maildrop.markDeleted(second!);
  assert.equal(maildrop.find(2), undefined);
  assert.deepEqual([maildrop.count, maildrop.sizeBytes], [2, 3_010]);
  assert.deepEqual([...maildrop.deletedUids()], [266]);
  assert.deepEqual(
    [...maildrop.messages()].map(({ number }) => number),
    [1, 3],
  );
  maildrop.unmarkDeleted();
  assert.deepEqual([maildrop.count, maildrop.sizeBytes], [3, 3_210]);
  assert.deepEqual([...maildrop.deletedUids()], []);
});

test('messages that were read and then deleted are not marked as seen', () => {
  const maildrop = threeMessages();
  maildrop.markRetrieved(maildrop.find(1)!);
  maildrop.markRetrieved(maildrop.find(3)!);
  maildrop.markDeleted(maildrop.find(3)!);
  assert.deepEqual([...maildrop.retrievedUids()], [1]);
});

test('numbers that are not there', () => {
  for (const number of [0, 4, -1, 1.5, Number.MAX_SAFE_INTEGER]) assert.equal(threeMessages().find(number), undefined);
});
