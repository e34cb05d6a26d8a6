// System flags, keywords and their limit, modseq. RFC 3501 §6.4.6, RFC 7162 §3.1.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DELETED, FLAGGED, SEEN } from '#mail/mailboxes/flags.ts';
import {
  appendText,
  type ContractWorld,
  change,
  flagsOf,
  HELLO,
  openBox,
  readText,
  refusal,
} from './fixture.contract.ts';

export function flagTests({ store, newAccount }: ContractWorld): void {
  it('adds, removes and replaces flags and keywords', async () => {
    const account = newAccount();
    for (let i = 0; i < 3; i++) await appendText(store(), account, 'INBOX', HELLO);
    await change(store(), account, [1, 2], { mode: 'add', systemFlags: SEEN | FLAGGED, keywords: ['$Junk', 'Útil'] });
    assert.deepEqual(await flagsOf(store(), account), [
      [1, SEEN | FLAGGED, '$Junk Útil'],
      [2, SEEN | FLAGGED, '$Junk Útil'],
      [3, 0, ''],
    ]);
    await change(store(), account, [1], { mode: 'remove', systemFlags: SEEN, keywords: ['$junk', 'unknown'] });
    await change(store(), account, [2, 3], { mode: 'replace', systemFlags: DELETED, keywords: ['$JUNK'] });
    assert.deepEqual(await flagsOf(store(), account), [
      [1, FLAGGED, 'Útil'],
      [2, DELETED, '$Junk'],
      [3, DELETED, '$Junk'],
    ]);
    assert.equal(await readText(store(), account, 'INBOX', 1), HELLO);
  });

  it('every change has a higher modseq; what did not change keeps its own', async () => {
    const account = newAccount();
    for (let i = 0; i < 2; i++) await appendText(store(), account, 'INBOX', HELLO);
    const before = await openBox(store(), account, 'INBOX');
    const { changed } = await change(store(), account, [1, 2, 99], { mode: 'add', systemFlags: SEEN });
    assert.deepEqual([...changed.uids], [1, 2]);
    assert.ok(changed.modSeqs[0]! > before.highestModSeq);
    const again = await change(store(), account, [2], { mode: 'add', systemFlags: SEEN });
    assert.deepEqual([...again.changed.flags], [SEEN]);
    assert.equal(again.changed.modSeqs[0], changed.modSeqs[1]);
    assert.equal((await openBox(store(), account, 'INBOX')).highestModSeq, changed.modSeqs[1]);
  });

  it('UNCHANGEDSINCE leaves newer messages alone and names them', async () => {
    const account = newAccount();
    for (let i = 0; i < 3; i++) await appendText(store(), account, 'INBOX', HELLO);
    const since = (await openBox(store(), account, 'INBOX')).highestModSeq;
    await change(store(), account, [2], { mode: 'add', systemFlags: FLAGGED });
    const outcome = await change(store(), account, [1, 2, 3], {
      mode: 'add',
      systemFlags: SEEN,
      unchangedSinceModSeq: since,
    });
    assert.deepEqual([...outcome.modified], [2]);
    assert.deepEqual([...outcome.changed.uids], [1, 3]);
    assert.deepEqual(await flagsOf(store(), account), [
      [1, SEEN, ''],
      [2, FLAGGED, ''],
      [3, SEEN, ''],
    ]);
  });

  it('the 27th keyword is refused, nothing of the change is done', async () => {
    const account = newAccount();
    await appendText(store(), account, 'INBOX', HELLO);
    const keywords = Array.from({ length: 26 }, (_, k) => `keyword${k}`);
    await change(store(), account, [1], { mode: 'add', keywords });
    const refused = await store().changeFlags(account, 'INBOX', Uint32Array.of(1), {
      mode: 'add',
      systemFlags: SEEN,
      keywords: ['oneTooMany'],
      unchangedSinceModSeq: undefined,
    });
    assert.equal(refusal(refused), 'limit');
    assert.deepEqual(await flagsOf(store(), account), [[1, 0, [...keywords].sort().join(' ')]]);
    await change(store(), account, [1], { mode: 'remove', keywords: keywords.slice(1) });
    assert.deepEqual(await flagsOf(store(), account), [[1, 0, 'keyword0']]);
  });

  it('refuses in mailboxes that do not exist', async () => {
    const account = newAccount();
    const none = { mode: 'add', systemFlags: SEEN, keywords: [], unchangedSinceModSeq: undefined } as const;
    assert.equal(refusal(await store().changeFlags(account, 'No', Uint32Array.of(1), none)), 'nonexistent');
    assert.equal(refusal(await store().expunge(account, 'No', Uint32Array.of(1))), 'nonexistent');
    assert.equal(refusal(await store().copy(account, 'No', Uint32Array.of(1), 'INBOX')), 'nonexistent');
    assert.equal(refusal(await store().move(account, 'INBOX', Uint32Array.of(1), 'No')), 'nonexistent');
    assert.equal(refusal(await store().openMailbox(account, 'No', 'read-only')), 'nonexistent');
  });
}
