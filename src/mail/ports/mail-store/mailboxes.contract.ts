// Making, deleting, renaming, listing, subscribing. RFC 3501 §6.3.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SEEN } from '#mail/mailboxes/flags.ts';
import {
  appendText,
  type ContractWorld,
  existing,
  HELLO,
  openBox,
  readText,
  refusal,
  value,
} from './fixture.contract.ts';

export function mailboxTests({ store, newAccount }: ContractWorld): void {
  it('gives a new account an empty INBOX and nothing else', async () => {
    const account = newAccount();
    assert.deepEqual(await store().listMailboxes(account), [
      { name: 'INBOX', exists: true, subscribed: false, specialUse: undefined },
    ]);
    const inbox = await openBox(store(), account, 'inbox');
    assert.equal(inbox.name, 'INBOX');
    assert.match(inbox.mailboxId, /^[0-9a-f]{32}$/);
    assert.equal(inbox.uidNext, 1);
    assert.equal(inbox.columns.uids.length, 0);
    assert.ok(inbox.uidValidity > 0);
  });

  it('creates mailboxes, each with an id of its own, and lists the levels above', async () => {
    const account = newAccount();
    const one = value(await store().createMailbox(account, 'Listas/España/niños & más', undefined));
    const two = value(await store().createMailbox(account, 'inbox/Below', undefined));
    assert.notEqual(one.mailboxId, two.mailboxId);
    assert.deepEqual(
      (await store().listMailboxes(account)).map(({ name, exists }) => [name, exists]),
      [
        ['INBOX', true],
        ['INBOX/Below', true],
        ['Listas', false],
        ['Listas/España', false],
        ['Listas/España/niños & más', true],
      ],
    );
    assert.equal((await openBox(store(), account, 'Listas/España/niños & más')).mailboxId, one.mailboxId);
    assert.equal(refusal(await store().status(account, 'Listas')), 'nonexistent');
    value(await store().createMailbox(account, 'Listas', undefined));
    assert.equal((await store().listMailboxes(account))[2]!.exists, true);
  });

  it('refuses names that exist, that are malformed, or that are too long [T29]', async () => {
    const account = newAccount();
    value(await store().createMailbox(account, 'Work', undefined));
    for (const [name, code] of [
      ['Work', 'already-exists'],
      ['inBox', 'already-exists'],
      ['', 'cannot'],
      ['a//b', 'cannot'],
      ['/a', 'cannot'],
      ['a/', 'cannot'],
      ['a.b', 'cannot'],
      ['../../etc/passwd', 'cannot'],
      ['nul\0', 'cannot'],
      ['line\nbreak', 'cannot'],
      ['lone \ud800 surrogate', 'cannot'],
      [`${'a/'.repeat(40)}a`, 'limit'],
      ['x'.repeat(300), 'limit'],
    ] as const) {
      assert.equal(refusal(await store().createMailbox(account, name, undefined)), code, JSON.stringify(name));
    }
    assert.equal((await store().listMailboxes(account)).length, 2);
  });

  it('marks special uses, by request or by the usual name', async () => {
    const account = newAccount();
    value(await store().createMailbox(account, 'Papelera', '\\Trash'));
    for (const name of ['Sent', 'Trash', 'Junk']) value(await store().createMailbox(account, name, undefined));
    const uses = Object.fromEntries((await store().listMailboxes(account)).map((m) => [m.name, m.specialUse]));
    assert.deepEqual(uses, {
      INBOX: undefined,
      Junk: '\\Junk',
      Papelera: '\\Trash',
      Sent: '\\Sent',
      Trash: undefined,
    });
    value(await store().renameMailbox(account, 'Papelera', 'Basura'));
    assert.equal((await store().listMailboxes(account)).find((m) => m.name === 'Basura')?.specialUse, '\\Trash');
  });

  it('subscribes to names, existing or not', async () => {
    const account = newAccount();
    value(await store().setSubscribed(account, 'INBOX', true));
    value(await store().setSubscribed(account, 'Gone/Mañana', true));
    assert.deepEqual(await store().listMailboxes(account), [
      { name: 'INBOX', exists: true, subscribed: true, specialUse: undefined },
      { name: 'Gone/Mañana', exists: false, subscribed: true, specialUse: undefined },
    ]);
    value(await store().setSubscribed(account, 'Gone/Mañana', false));
    value(await store().setSubscribed(account, 'Never', false));
    assert.equal((await store().listMailboxes(account)).length, 1);
    assert.equal(refusal(await store().setSubscribed(account, 'a//b', true)), 'cannot');
  });

  it('deletes a mailbox but not those below it, nor INBOX; made again it has a greater UIDVALIDITY', async () => {
    const account = newAccount();
    value(await store().createMailbox(account, 'A', undefined));
    value(await store().createMailbox(account, 'A/B', undefined));
    await appendText(store(), account, 'A', HELLO);
    const first = await openBox(store(), account, 'A');
    value(await store().deleteMailbox(account, 'A'));
    assert.equal(refusal(await store().status(account, 'A')), 'nonexistent');
    assert.equal(refusal(await store().deleteMailbox(account, 'A')), 'has-children');
    assert.equal(refusal(await store().deleteMailbox(account, 'Nothing')), 'nonexistent');
    assert.equal(refusal(await store().deleteMailbox(account, 'inbox')), 'cannot');
    value(await store().status(account, 'A/B'));
    value(await store().createMailbox(account, 'A', undefined));
    const second = await openBox(store(), account, 'A');
    assert.ok(second.uidValidity > first.uidValidity);
    assert.notEqual(second.mailboxId, first.mailboxId);
    assert.equal(second.columns.uids.length, 0);
  });

  it('renames a mailbox with all below it, keeping ids, UIDs and UIDVALIDITY', async () => {
    const account = newAccount();
    value(await store().createMailbox(account, 'A', undefined));
    value(await store().createMailbox(account, 'A/B', undefined));
    value(await store().createMailbox(account, 'AB', undefined));
    await appendText(store(), account, 'A/B', HELLO);
    const before = await openBox(store(), account, 'A/B');
    value(await store().renameMailbox(account, 'A', 'X/Y'));
    assert.deepEqual(await existing(store(), account), ['INBOX', 'AB', 'X/Y', 'X/Y/B']);
    const after = await openBox(store(), account, 'X/Y/B');
    assert.deepEqual({ ...after, name: '', firstRecentUid: 0 }, { ...before, name: '', firstRecentUid: 0 });
    assert.equal(await readText(store(), account, 'X/Y/B', 1), HELLO);
  });

  it('renames a level that exists only by what lies below it', async () => {
    const account = newAccount();
    value(await store().createMailbox(account, 'Only/Child', undefined));
    value(await store().renameMailbox(account, 'Only', 'Other'));
    assert.deepEqual(await existing(store(), account), ['INBOX', 'Other/Child']);
  });

  it('refuses a rename onto a mailbox, below itself, of nothing, to a bad name', async () => {
    const account = newAccount();
    value(await store().createMailbox(account, 'A', undefined));
    value(await store().createMailbox(account, 'B', undefined));
    assert.equal(refusal(await store().renameMailbox(account, 'A', 'B')), 'already-exists');
    assert.equal(refusal(await store().renameMailbox(account, 'A', 'A')), 'already-exists');
    assert.equal(refusal(await store().renameMailbox(account, 'A', 'inbox')), 'already-exists');
    assert.equal(refusal(await store().renameMailbox(account, 'A', 'A/C')), 'cannot');
    assert.equal(refusal(await store().renameMailbox(account, 'Nothing', 'C')), 'nonexistent');
    assert.equal(refusal(await store().renameMailbox(account, 'A', 'a.b')), 'cannot');
    assert.deepEqual(await existing(store(), account), ['INBOX', 'A', 'B']);
  });

  it('renaming INBOX empties it into the new mailbox and leaves it and its children', async () => {
    const account = newAccount();
    await appendText(store(), account, 'INBOX', HELLO, { systemFlags: SEEN, keywords: ['work'] });
    value(await store().createMailbox(account, 'INBOX/Child', undefined));
    const before = await openBox(store(), account, 'INBOX');
    value(await store().renameMailbox(account, 'INBOX', 'Old/Mail'));
    assert.deepEqual(await existing(store(), account), ['INBOX', 'INBOX/Child', 'Old/Mail']);
    const inbox = await openBox(store(), account, 'INBOX');
    assert.equal(inbox.mailboxId, before.mailboxId);
    assert.equal(inbox.uidValidity, before.uidValidity);
    assert.equal(inbox.columns.uids.length, 0);
    assert.equal(inbox.uidNext, 2);
    const moved = await openBox(store(), account, 'Old/Mail');
    assert.equal(moved.columns.uids.length, 1);
    assert.notEqual(moved.mailboxId, before.mailboxId);
    assert.equal(moved.columns.flags[0]! & SEEN, SEEN);
    assert.deepEqual(moved.keywords, ['work']);
    assert.equal(await readText(store(), account, 'Old/Mail', moved.columns.uids[0]!), HELLO);
  });

  it('keeps accounts apart [T25]', async () => {
    const one = newAccount();
    const two = newAccount();
    value(await store().createMailbox(one, 'Private', undefined));
    await appendText(store(), one, 'INBOX', HELLO);
    assert.deepEqual(await existing(store(), two), ['INBOX']);
    assert.equal((await store().quotaUsage(two)).messages, 0);
    assert.equal(await store().openMessage(two, 'INBOX', 1), undefined);
  });
}
