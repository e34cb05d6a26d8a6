// Prepared FETCH answers and message octets.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { appendText, type ContractWorld, prepared, readMany, request, value } from './fixture.contract.ts';

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
    for await (const { uid } of store().prepareFetch(account, 'INBOX', Uint32Array.from(uids), ['envelope'])) {
      assert.equal(uid, 1);
      break;
    }
  });

  it('has headers ready, and gives no part that was not asked for', async () => {
    const account = newAccount();
    const texts = ['Subject: a\r\n\r\nbody', 'long: header\r\n\r\n', '\r\nno header', ''];
    for (const text of texts) await appendText(store(), account, 'INBOX', text);
    value(await store().createMailbox(account, 'Moved', undefined));
    value(await store().copy(account, 'INBOX', Uint32Array.of(1, 2), 'Moved'));
    const lineOf = (uid: number, parts: readonly ('envelope' | 'header')[]) => {
      const all = prepare(Buffer.from(texts[uid - 1] ?? ''));
      return [uid, ...parts.flatMap((part) => all[part]?.toString() ?? [])].join(' ');
    };
    for (const parts of [['header'], ['envelope'], ['envelope', 'header'], []] as const) {
      const wanted = [4, 2, 3, 1];
      assert.deepEqual(
        await prepared(store(), account, 'INBOX', wanted, parts),
        wanted.map((uid) => lineOf(uid, parts)),
      );
      assert.deepEqual(
        await prepared(store(), account, 'Moved', [1, 2], parts),
        [1, 2].map((uid) => lineOf(uid, parts)),
      );
    }
  });

  it('opens many messages, small and large, in the order asked for, and those that are there', async () => {
    const account = newAccount();
    const sizes = [0, 3, 300_000, 70_000, 1, 150_000, 200_000, 9];
    const texts = sizes.map((size, i) => String(i).repeat(size));
    for (const text of texts) await appendText(store(), account, 'INBOX', text);
    const wanted = [8, 3, 2, 99, 4, 6, 1, 7, 5, 3];
    const lines = wanted.filter((uid) => uid < 99).map((uid) => `${uid} ${texts[uid - 1]}`);
    assert.deepEqual(await readMany(store(), account, 'INBOX', wanted), lines);
    for (let most = 0; most < lines.length; most++) {
      assert.deepEqual(await readMany(store(), account, 'INBOX', wanted, most), lines.slice(0, most));
    }
    assert.deepEqual(await readMany(store(), account, 'Nothing', [1]), []);
  });

  it('opens hundreds of messages, of which some go meanwhile', async () => {
    const account = newAccount();
    const requests = Array.from({ length: 600 }, (_, i) => request(`text ${i + 1}`));
    value(await store().append(account, 'INBOX', requests));
    const uids = Array.from({ length: 600 }, (_, i) => i + 1);
    const read: string[] = [];
    for await (const { uid, content } of store().openMessages(account, 'INBOX', Uint32Array.from(uids))) {
      read.push((await content.read(0, 100)).toString());
      if (uid === 1) value(await store().expunge(account, 'INBOX', Uint32Array.of(600)));
    }
    assert.deepEqual(
      read,
      uids.slice(0, -1).map((uid) => `text ${uid}`),
    );
  });

  it('whoever looks for words gets all messages that have one, and in order', async () => {
    const account = newAccount();
    const texts = [
      'Subject: one\r\n\r\nbody',
      'Subject: two\r\n\r\nbody',
      'Subject: =?utf-8?Q?on=65?=\r\n\r\n',
      'x\r\n\r\nOne',
    ];
    const encoded = 'Content-Transfer-Encoding: base64\r\n\r\nb25l';
    for (const text of [...texts, encoded]) await appendText(store(), account, 'INBOX', text);
    const uids = Uint32Array.of(5, 4, 3, 2, 1);
    const opened: number[] = [];
    for await (const { uid } of store().openMessages(account, 'INBOX', uids, ['ONE', 'ELSE'])) opened.push(uid);
    assert.deepEqual(
      opened.filter((uid) => uid !== 2),
      [5, 4, 3, 1],
    );
  });

  it('says nothing of messages that are not there', async () => {
    const account = newAccount();
    assert.equal(await store().openMessage(account, 'INBOX', 1), undefined);
    assert.equal(await store().openMessage(account, 'Nothing', 1), undefined);
  });
}
