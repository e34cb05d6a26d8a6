import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { MailboxView, type ViewChange } from './mailbox-view.ts';
import type { ViewColumns } from './message-rows.ts';

const FLAG_NAMES = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];
const DELETED = 4;
const SEEN = 8;

function columns(uids: readonly number[], flags = 0, modSeq = 1): ViewColumns {
  return {
    uids: Uint32Array.from(uids),
    flags: new Uint32Array(uids.length).fill(flags),
    modSeqs: new Float64Array(uids.length).fill(modSeq),
    sizesBytes: Float64Array.from(uids, (uid) => uid * 10),
    internalDatesMs: new Float64Array(uids.length),
  };
}

function viewOf(uids: readonly number[], firstRecentUid = 1_000_000): MailboxView {
  const uidNext = (uids.at(-1) ?? 0) + 1;
  return new MailboxView({ uidNext, flagNames: FLAG_NAMES, firstRecentUid, columns: columns(uids) });
}

function flagged(uids: readonly number[], flags: number, modSeq: number): ViewChange {
  return {
    kind: 'flags',
    uids: Uint32Array.from(uids),
    flags: new Uint32Array(uids.length).fill(flags),
    modSeqs: new Float64Array(uids.length).fill(modSeq),
    flagNames: FLAG_NAMES,
  };
}

function expunged(...uids: number[]): ViewChange {
  return { kind: 'expunged', uids: Uint32Array.from(uids) };
}

function added(...uids: number[]): ViewChange {
  return { kind: 'added', columns: columns(uids, 0, 2), flagNames: FLAG_NAMES };
}

const NOTHING = { expunged: [], exists: undefined, recent: undefined, flagNames: false, changedRows: [] };

test('nothing happened, nothing is announced', () => {
  assert.deepEqual(viewOf([1, 2, 3]).takeUpdates({ expunges: true }), NOTHING);
});

test('[C47] an expunged message keeps its number until expunges may be told', () => {
  const view = viewOf([3, 5, 9]);
  view.apply(expunged(5));
  assert.deepEqual(view.takeUpdates({ expunges: false }), NOTHING);
  assert.equal(view.exists, 3);
  assert.equal(view.findRow(9), 2);
  assert.equal(view.isGone(1), true);
  assert.deepEqual(view.takeUpdates({ expunges: true }), { ...NOTHING, expunged: [2] });
  assert.equal(view.exists, 2);
  assert.equal(view.findRow(9), 1);
  assert.equal(view.sizeBytes(1), 90);
});

test('expunges are told from the highest number down, so that none shifts another', () => {
  const view = viewOf([1, 2, 3, 4, 5]);
  view.apply(expunged(4, 1));
  view.apply(expunged(5));
  assert.deepEqual(view.takeUpdates({ expunges: true }).expunged, [5, 4, 1]);
  assert.deepEqual([view.uid(0), view.uid(1), view.exists], [2, 3, 2]);
});

test('a new message has no number before it is announced', () => {
  const view = viewOf([1, 2], 3);
  view.apply(added(3, 4));
  assert.equal(view.exists, 2);
  assert.equal(view.findRow(3), undefined);
  assert.equal(view.rowsOfNumbers([{ first: 3, last: 3 }]), undefined);
  const updates = view.takeUpdates({ expunges: false });
  assert.deepEqual(updates, { ...NOTHING, exists: 4, recent: 2 });
  assert.equal(view.findRow(3), 2);
});

test('a message that came and went unannounced is never spoken of', () => {
  const view = viewOf([1]);
  view.apply(added(2, 3));
  view.apply(expunged(2));
  assert.deepEqual(view.takeUpdates({ expunges: false }), { ...NOTHING, exists: 2, recent: 0 });
  assert.equal(view.uid(1), 3);
});

test('EXISTS counts the messages whose end was not told yet', () => {
  const view = viewOf([1, 2]);
  view.apply(expunged(1));
  view.apply(added(3));
  assert.equal(view.takeUpdates({ expunges: false }).exists, 3);
  assert.deepEqual(view.takeUpdates({ expunges: true }).expunged, [1]);
  assert.equal(view.exists, 2);
});

test('changes heard twice, or known from the snapshot, change nothing', () => {
  const view = viewOf([1, 2]);
  view.apply(added(1, 2));
  view.apply(flagged([1], SEEN, 1));
  view.apply(flagged([2], SEEN, 5));
  view.apply(flagged([2], 0, 4));
  assert.deepEqual(view.takeUpdates({ expunges: true }), { ...NOTHING, changedRows: [1] });
  view.apply(flagged([2], SEEN, 5));
  assert.deepEqual(view.takeUpdates({ expunges: true }), NOTHING);
});

test('a silent STORE is not announced, but what others changed at the same message is', () => {
  const view = viewOf([1, 2]);
  view.apply(flagged([1], DELETED, 5));
  view.apply(flagged([1, 2], DELETED | SEEN, 6));
  view.assume([0, 1], (flags) => flags | SEEN);
  assert.deepEqual(view.takeUpdates({ expunges: false }).changedRows, [0, 1]);
  view.apply(flagged([2], DELETED | SEEN | 1, 7));
  view.assume([1], (flags) => flags | 1);
  assert.deepEqual(view.takeUpdates({ expunges: false }), NOTHING);
});

test('flags that change back before they are announced are not announced', () => {
  const view = viewOf([1]);
  view.apply(flagged([1], SEEN, 5));
  view.apply(flagged([1], 0, 6));
  assert.deepEqual(view.takeUpdates({ expunges: false }), NOTHING);
});

test('sets of message numbers: order and repetition do not matter, `*` is the last', () => {
  const view = viewOf([10, 20, 30, 40]);
  const rows = view.rowsOfNumbers([
    { first: 4, last: 4 },
    { first: 2, last: 1 },
    { first: '*', last: '*' },
  ]);
  assert.deepEqual(rows, [0, 1, 3]);
  assert.equal(view.rowsOfNumbers([{ first: 5, last: 5 }]), undefined);
  assert.deepEqual(view.rowsOfNumbers([{ first: '*', last: 3 }]), [2, 3]);
});

test('sets of UIDs: unknown ones are passed over, `n:*` above all of them is the last message', () => {
  const view = viewOf([10, 20, 30]);
  assert.deepEqual(view.rowsOfUids([{ first: 11, last: 25 }]), [1]);
  assert.deepEqual(view.rowsOfUids([{ first: 500, last: '*' }]), [2]);
  assert.deepEqual(view.rowsOfUids([{ first: 1, last: 4_294_967_295 }]), [0, 1, 2]);
});

test('an empty mailbox has no last message', () => {
  const view = viewOf([]);
  assert.equal(view.rowsOfNumbers([{ first: '*', last: '*' }]), undefined);
  assert.deepEqual(view.rowsOfNumbers([{ first: 1, last: '*' }]), []);
  assert.deepEqual(view.rowsOfUids([{ first: 1, last: '*' }]), []);
});

test('100,000 messages: every other one expunged and the rest flagged, well under a second', () => {
  const uids = Array.from({ length: 100_000 }, (_, i) => i + 1);
  const view = viewOf(uids);
  const startedAt = threadCpuMs();
  view.apply(expunged(...uids.filter((uid) => uid % 2 === 0)));
  view.apply(
    flagged(
      uids.filter((uid) => uid % 2 === 1),
      SEEN,
      9,
    ),
  );
  const scattered = uids.map((uid) => ({ first: uid, last: uid })).reverse();
  assert.equal(view.rowsOfUids(scattered).length, 50_000);
  const updates = view.takeUpdates({ expunges: true });
  const tookMs = threadCpuMs() - startedAt;
  assert.deepEqual([updates.expunged.length, updates.changedRows.length, view.exists], [50_000, 50_000, 50_000]);
  assert.ok(tookMs < 1_000, `took ${tookMs} ms`);
});
