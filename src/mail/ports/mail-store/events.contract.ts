// What watchers are told, and how it fits to what a snapshot holds.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SEEN } from '#mail/mailboxes/flags.ts';
import type { MailboxChange, MailboxSnapshot } from '#mail/ports/mail-store.ts';
import { appendText, type ContractWorld, change, HELLO, openBox, settle, value } from './fixture.contract.ts';

export function eventTests({ store, newAccount }: ContractWorld): void {
  it('tells each change once, in order, its own included', async () => {
    const account = newAccount();
    const heard: MailboxChange[] = [];
    const watching = store().watch(account, 'inbox', (event) => heard.push(event));
    await appendText(store(), account, 'INBOX', HELLO, { keywords: ['k'] });
    await change(store(), account, [1], { mode: 'add', systemFlags: SEEN });
    await change(store(), account, [1], { mode: 'add', systemFlags: SEEN });
    value(await store().expunge(account, 'INBOX', Uint32Array.of(1)));
    await settle(store(), account);
    assert.deepEqual(
      heard.map(({ kind }) => kind),
      ['added', 'flags', 'expunged'],
    );
    const [added, flags, expunged] = heard;
    assert.ok(added?.kind === 'added' && flags?.kind === 'flags' && expunged?.kind === 'expunged');
    assert.deepEqual([...added.columns.uids], [1]);
    assert.deepEqual(added.keywords, ['k']);
    assert.deepEqual([...added.columns.sizesBytes], [HELLO.length]);
    assert.ok(added.columns.modSeqs[0]! < flags.modSeqs[0]!);
    assert.equal(flags.flags[0]! & SEEN, SEEN);
    assert.deepEqual([...expunged.uids], [1]);
    assert.ok(expunged.modSeq > flags.modSeqs[0]!);
    watching[Symbol.dispose]();
    await appendText(store(), account, 'INBOX', HELLO);
    await settle(store(), account);
    assert.equal(heard.length, 3);
  });

  it('tells both mailboxes of a move, and the watchers of a mailbox that goes', async () => {
    const account = newAccount();
    value(await store().createMailbox(account, 'A', undefined));
    value(await store().createMailbox(account, 'B', undefined));
    const heard: string[] = [];
    using _inbox = store().watch(account, 'INBOX', ({ kind }) => heard.push(`INBOX ${kind}`));
    using _a = store().watch(account, 'A', ({ kind }) => heard.push(`A ${kind}`));
    using _b = store().watch(account, 'B', ({ kind }) => heard.push(`B ${kind}`));
    await appendText(store(), account, 'INBOX', HELLO);
    value(await store().move(account, 'INBOX', Uint32Array.of(1), 'A'));
    value(await store().deleteMailbox(account, 'A'));
    value(await store().renameMailbox(account, 'B', 'C'));
    await settle(store(), account);
    assert.deepEqual(heard, ['INBOX added', 'A added', 'INBOX expunged', 'A deleted', 'B deleted']);
  });

  it('what a snapshot holds and what is told afterwards fit together', async () => {
    const account = newAccount();
    const uids = new Set<number>();
    const early: MailboxChange[] = [];
    let snapshot: MailboxSnapshot | undefined;
    using _watching = store().watch(account, 'INBOX', (event) => {
      if (snapshot === undefined) early.push(event);
      else takeAdded(event, snapshot, uids);
    });
    const appends = Array.from({ length: 10 }, () => appendText(store(), account, 'INBOX', HELLO));
    const opened = await openBox(store(), account, 'INBOX');
    for (const uid of opened.columns.uids) uids.add(uid);
    snapshot = opened;
    for (const event of early) takeAdded(event, opened, uids);
    await Promise.all(appends);
    await settle(store(), account);
    assert.equal(uids.size, 10);
  });
}

function takeAdded(event: MailboxChange, snapshot: MailboxSnapshot, uids: Set<number>): void {
  if (event.kind !== 'added') return;
  for (const [i, uid] of event.columns.uids.entries()) {
    if (event.columns.modSeqs[i]! <= snapshot.highestModSeq) continue;
    assert.ok(!uids.has(uid), 'told twice');
    uids.add(uid);
  }
}
