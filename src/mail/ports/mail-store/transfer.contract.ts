// Copying, moving and expunging. RFC 3501 §6.4.7, RFC 6851.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FLAGGED, SEEN } from '#mail/mailboxes/flags.ts';
import {
  appendText,
  CONTRACT_QUOTA_BYTES,
  type ContractWorld,
  change,
  flagsOf,
  HELLO,
  openBox,
  readText,
  refusal,
  request,
  settle,
  value,
} from './fixture.contract.ts';

export function transferTests({ store, newAccount }: ContractWorld): void {
  it('flags, copies, moves and expunges more than a thousand at once, and tells of each once', async () => {
    const account = newAccount();
    const count = 1200;
    const requests = Array.from({ length: count }, () => request('x'));
    const uids = Uint32Array.from(requests, (_, i) => i + 1);
    value(await store().append(account, 'INBOX', requests));
    for (const name of ['Copies', 'Moved']) value(await store().createMailbox(account, name, undefined));
    const heard = new Map<number, number>();
    using _watch = store().watch(account, 'INBOX', (event) => {
      if (event.kind === 'flags') for (const [i, uid] of event.uids.entries()) heard.set(uid, event.modSeqs[i]!);
    });
    const { changed } = await change(store(), account, [...uids], { mode: 'add', systemFlags: FLAGGED });
    await settle(store(), account);
    assert.deepEqual(changed.uids, uids);
    assert.deepEqual(
      [...heard],
      Array.from(uids, (uid, i) => [uid, changed.modSeqs[i]]),
    );
    assert.deepEqual((await openBox(store(), account, 'INBOX')).columns.modSeqs, changed.modSeqs);
    assert.equal(value(await store().copy(account, 'INBOX', uids, 'Copies')).targetUids.length, count);
    assert.equal(value(await store().move(account, 'Copies', uids, 'Moved')).targetUids.length, count);
    const moved = await openBox(store(), account, 'Moved');
    assert.ok(moved.columns.uids.length === count && moved.columns.flags.every((flags) => flags === FLAGGED));
    assert.deepEqual(value(await store().expunge(account, 'Moved', uids.slice(1))), uids.slice(1));
    assert.deepEqual(await flagsOf(store(), account, 'Moved'), [[1, FLAGGED, '']]);
  });

  it('copies octets, date, flags and keywords; what is gone is left out', async () => {
    const account = newAccount();
    value(await store().createMailbox(account, 'Copies', undefined));
    await appendText(store(), account, 'Copies', 'first', { keywords: ['other'] });
    await appendText(store(), account, 'INBOX', 'one', {
      systemFlags: SEEN,
      keywords: ['a', 'b'],
      internalDateMs: 5000,
    });
    await appendText(store(), account, 'INBOX', 'two');
    await appendText(store(), account, 'INBOX', 'three');
    const copied = value(await store().copy(account, 'INBOX', Uint32Array.of(3, 77, 1), 'Copies'));
    assert.deepEqual([...copied.sourceUids], [3, 1]);
    assert.deepEqual([...copied.targetUids], [2, 3]);
    const target = await openBox(store(), account, 'Copies');
    assert.equal(copied.uidValidity, target.uidValidity);
    assert.equal(target.columns.internalDatesMs[2], 5000);
    assert.deepEqual(await flagsOf(store(), account, 'Copies'), [
      [1, 0, 'other'],
      [2, 0, ''],
      [3, SEEN, 'a b'],
    ]);
    assert.equal(await readText(store(), account, 'Copies', 2), 'three');
    assert.equal(await readText(store(), account, 'INBOX', 3), 'three');
  });

  it('a copy lives on its own, in the same mailbox too', async () => {
    const account = newAccount();
    await appendText(store(), account, 'INBOX', HELLO);
    const copied = value(await store().copy(account, 'INBOX', Uint32Array.of(1), 'INBOX'));
    assert.deepEqual([...copied.targetUids], [2]);
    await change(store(), account, [2], { mode: 'add', systemFlags: FLAGGED });
    assert.deepEqual([...value(await store().expunge(account, 'INBOX', Uint32Array.of(1)))], [1]);
    assert.equal(await readText(store(), account, 'INBOX', 2), HELLO);
    assert.deepEqual(await flagsOf(store(), account), [[2, FLAGGED, '']]);
  });

  it('moves: gone here, there with everything it had', async () => {
    const account = newAccount();
    value(await store().createMailbox(account, 'Archive/2026', undefined));
    for (const text of ['one', 'two', 'three']) {
      await appendText(store(), account, 'INBOX', text, {
        systemFlags: FLAGGED,
        keywords: ['k'],
        internalDateMs: 9000,
      });
    }
    const moved = value(await store().move(account, 'INBOX', Uint32Array.of(1, 3, 9), 'Archive/2026'));
    assert.deepEqual([...moved.sourceUids], [1, 3]);
    assert.deepEqual([...moved.targetUids], [1, 2]);
    assert.deepEqual(await flagsOf(store(), account), [[2, FLAGGED, 'k']]);
    assert.deepEqual(await flagsOf(store(), account, 'Archive/2026'), [
      [1, FLAGGED, 'k'],
      [2, FLAGGED, 'k'],
    ]);
    assert.equal(await readText(store(), account, 'Archive/2026', 2), 'three');
    assert.equal((await openBox(store(), account, 'Archive/2026')).columns.internalDatesMs[0], 9000);
    assert.deepEqual(await store().quotaUsage(account), { sizeBytes: 11, messages: 3 });
  });

  it('a copy over quota is refused, a move is not', async () => {
    const account = newAccount();
    value(await store().createMailbox(account, 'A', undefined));
    await appendText(store(), account, 'INBOX', Buffer.alloc(CONTRACT_QUOTA_BYTES * 0.6, 'x'));
    assert.equal(refusal(await store().copy(account, 'INBOX', Uint32Array.of(1), 'A')), 'over-quota');
    value(await store().move(account, 'INBOX', Uint32Array.of(1), 'A'));
  });

  it('expunges what is asked and there; a UID never comes back', async () => {
    const account = newAccount();
    for (let i = 0; i < 3; i++) await appendText(store(), account, 'INBOX', HELLO);
    assert.deepEqual([...value(await store().expunge(account, 'INBOX', Uint32Array.of(3, 17, 1)))], [1, 3]);
    assert.equal(await store().openMessage(account, 'INBOX', 3), undefined);
    const outcome = await appendText(store(), account, 'INBOX', HELLO);
    assert.deepEqual(outcome.uids, [4]);
    assert.deepEqual([...(await openBox(store(), account, 'INBOX')).columns.uids], [2, 4]);
  });

  it('an opened message stays readable though it be expunged', async () => {
    const account = newAccount();
    await appendText(store(), account, 'INBOX', HELLO);
    const big = Buffer.alloc(1_000_000, 'y');
    await appendText(store(), account, 'INBOX', big);
    await using one = await store().openMessage(account, 'INBOX', 1);
    await using two = await store().openMessage(account, 'INBOX', 2);
    value(await store().expunge(account, 'INBOX', Uint32Array.of(1, 2)));
    assert.equal((await one!.read(0, 100)).toString(), HELLO);
    assert.ok((await two!.read(999_000, 5000)).equals(big.subarray(999_000)));
  });
}
