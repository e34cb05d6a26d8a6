// Filing messages: octets kept, UIDs given, all or none.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DELETED, FLAGGED, SEEN } from '#mail/mailboxes/flags.ts';
import {
  appendText,
  CONTRACT_QUOTA_BYTES,
  type ContractWorld,
  existing,
  HELLO,
  openBox,
  readText,
  refusal,
  request,
  value,
} from './fixture.contract.ts';

export function appendTests({ store, newAccount }: ContractWorld): void {
  it('files messages: UIDs from 1 on, octets exactly as given, prefix on top [C42]', async () => {
    const account = newAccount();
    const outcome = value(
      await store().append(account, 'INBOX', [
        request(HELLO, { prefix: Buffer.from('Return-Path: <>\r\n'), internalDateMs: 1_000_000_000_000 }),
        request('\0\xff not \n even a message', { systemFlags: FLAGGED }),
      ]),
    );
    assert.deepEqual(outcome.uids, [1, 2]);
    const inbox = await openBox(store(), account, 'INBOX');
    assert.equal(inbox.uidValidity, outcome.uidValidity);
    assert.equal(inbox.uidNext, 3);
    assert.equal(await readText(store(), account, 'INBOX', 1), `Return-Path: <>\r\n${HELLO}`);
    assert.equal(await readText(store(), account, 'INBOX', 2), '\0\xff not \n even a message');
    assert.deepEqual([...inbox.columns.uids], [1, 2]);
    assert.deepEqual([...inbox.columns.flags], [0, FLAGGED]);
    assert.deepEqual([...inbox.columns.sizesBytes], [17 + HELLO.length, 23]);
    assert.equal(inbox.columns.internalDatesMs[0], 1_000_000_000_000);
    assert.ok(inbox.columns.modSeqs.every((modSeq) => modSeq <= inbox.highestModSeq && modSeq > 1));
  });

  it('keeps an empty message and one of several megabytes', async () => {
    const account = newAccount();
    const big = Buffer.alloc(3_000_001, 'abcdefgh\r\n');
    value(await store().append(account, 'INBOX', [request(''), request(big)]));
    assert.equal(await readText(store(), account, 'INBOX', 1), '');
    await using content = await store().openMessage(account, 'INBOX', 2);
    assert.equal(content?.sizeBytes, big.length);
    assert.ok((await content!.read(2_999_990, 100)).equals(big.subarray(2_999_990)));
    assert.ok((await content!.read(10, 10)).equals(big.subarray(10, 20)));
    const pieces: Buffer[] = [];
    for await (const piece of content!.stream()) pieces.push(piece);
    assert.ok(Buffer.concat(pieces).equals(big));
  });

  it('«deliver» makes a missing mailbox, «append» does not', async () => {
    const account = newAccount();
    assert.equal(refusal(await store().append(account, 'Junk', [request(HELLO)])), 'nonexistent');
    assert.equal(refusal(await store().append(account, 'a//b', [request(HELLO, { mode: 'deliver' })])), 'cannot');
    const outcome = value(await store().append(account, 'Junk', [request(HELLO, { mode: 'deliver' })]));
    assert.deepEqual(outcome.uids, [1]);
    assert.deepEqual(await existing(store(), account), ['INBOX', 'Junk']);
  });

  it('all of the messages or none: over quota, and with too many keywords', async () => {
    const account = newAccount();
    const half = Buffer.alloc(CONTRACT_QUOTA_BYTES / 2 + 1, 'x');
    assert.equal(refusal(await store().append(account, 'INBOX', [request(half), request(half)])), 'over-quota');
    const keywords = Array.from({ length: 27 }, (_, k) => `k${k}`);
    assert.equal(
      refusal(await store().append(account, 'INBOX', [request(HELLO), request(HELLO, { keywords })])),
      'limit',
    );
    assert.equal(value(await store().status(account, 'INBOX')).messages, 0);
    assert.deepEqual(await store().quotaUsage(account), { sizeBytes: 0, messages: 0 });
    value(await store().append(account, 'INBOX', [request(half)]));
    assert.equal(refusal(await store().append(account, 'INBOX', [request(half)])), 'over-quota');
    value(await store().append(account, 'INBOX', [request(half, { mode: 'deliver' })]));
    assert.deepEqual(await store().quotaUsage(account), { sizeBytes: 2 * half.length, messages: 2 });
  });

  it('twenty callers at once: every message has its own UID, none is lost', async () => {
    const account = newAccount();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async (_, caller) => {
        const uids: number[] = [];
        for (let i = 0; i < 5; i++) {
          const outcome = value(await store().append(account, 'INBOX', [request(`caller ${caller} message ${i}\r\n`)]));
          uids.push(...outcome.uids);
        }
        return { caller, uids };
      }),
    );
    const all = outcomes.flatMap(({ uids }) => uids).sort((a, b) => a - b);
    assert.deepEqual(
      all,
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
    for (const { caller, uids } of outcomes) {
      for (const [i, uid] of uids.entries()) {
        assert.equal(await readText(store(), account, 'INBOX', uid), `caller ${caller} message ${i}\r\n`);
      }
    }
    assert.deepEqual([...(await openBox(store(), account, 'INBOX')).columns.uids], all);
  });

  it('counts what is there: status and quota', async () => {
    const account = newAccount();
    value(await store().createMailbox(account, 'A', undefined));
    await appendText(store(), account, 'INBOX', HELLO, { systemFlags: SEEN });
    await appendText(store(), account, 'INBOX', HELLO, { systemFlags: DELETED });
    await appendText(store(), account, 'A', HELLO);
    const { mailboxId, uidValidity, highestModSeq, ...status } = value(await store().status(account, 'INBOX'));
    assert.deepEqual(status, {
      uidNext: 3,
      messages: 2,
      recent: 2,
      unseen: 1,
      deleted: 1,
      sizeBytes: 2 * HELLO.length,
    });
    const inbox = await openBox(store(), account, 'INBOX');
    assert.deepEqual(
      [mailboxId, uidValidity, highestModSeq],
      [inbox.mailboxId, inbox.uidValidity, inbox.highestModSeq],
    );
    assert.deepEqual(await store().quotaUsage(account), { sizeBytes: 3 * HELLO.length, messages: 3 });
  });

  it('only one read-write opening finds a message recent', async () => {
    const account = newAccount();
    await appendText(store(), account, 'INBOX', HELLO);
    const looked = value(await store().openMailbox(account, 'INBOX', 'read-only'));
    const first = value(await store().openMailbox(account, 'INBOX', 'read-write'));
    await appendText(store(), account, 'INBOX', HELLO);
    assert.equal(value(await store().status(account, 'INBOX')).recent, 1);
    const second = value(await store().openMailbox(account, 'INBOX', 'read-write'));
    assert.deepEqual([looked.firstRecentUid, first.firstRecentUid, second.firstRecentUid], [1, 1, 2]);
    assert.equal(value(await store().status(account, 'INBOX')).recent, 0);
  });
}
