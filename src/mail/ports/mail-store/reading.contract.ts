// Prepared FETCH answers and message octets.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { appendText, type ContractWorld, prepared, request, value } from './fixture.contract.ts';

export function readTests({ store, newAccount, prepare }: ContractWorld): void {
  const line = (uid: number, text: string): string => {
    const { envelope, bodyStructure } = prepare(Buffer.from(text));
    return `${uid} ${envelope} ${bodyStructure}`;
  };

  it('has ENVELOPE and BODYSTRUCTURE ready, in the order asked for', async () => {
    const account = newAccount();
    for (const text of ['a', 'bb', 'ccc']) await appendText(store(), account, 'INBOX', text);
    value(await store().createMailbox(account, 'Moved', undefined));
    assert.deepEqual(await prepared(store(), account, 'INBOX', [3, 8, 1]), [line(3, 'ccc'), line(1, 'a')]);
    value(await store().move(account, 'INBOX', Uint32Array.of(2), 'Moved'));
    assert.deepEqual(await prepared(store(), account, 'Moved', [1]), [line(1, 'bb')]);
    assert.deepEqual(await prepared(store(), account, 'Nothing', [1]), []);
  });

  it('prepares thousands, and stops when the reader does', async () => {
    const account = newAccount();
    const requests = Array.from({ length: 1500 }, (_, i) => request('x'.repeat(i % 7)));
    value(await store().append(account, 'INBOX', requests));
    const uids = Array.from({ length: 1500 }, (_, i) => i + 1);
    const all = await prepared(store(), account, 'INBOX', uids);
    assert.deepEqual(
      all,
      uids.map((uid) => line(uid, 'x'.repeat((uid - 1) % 7))),
    );
    for await (const { uid } of store().prepareFetch(account, 'INBOX', Uint32Array.from(uids))) {
      assert.equal(uid, 1);
      break;
    }
  });

  it('says nothing of messages that are not there', async () => {
    const account = newAccount();
    assert.equal(await store().openMessage(account, 'INBOX', 1), undefined);
    assert.equal(await store().openMessage(account, 'Nothing', 1), undefined);
  });
}
