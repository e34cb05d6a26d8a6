import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Denial, findAccount, findPerson } from './accounts.ts';

function denied(pattern: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Denial && !error.transient && pattern.test(error.message);
}

test('nobody is asked for by what is no name, by a number, or as uid 0', async () => {
  for (const name of ['', '-x', '--help', '../root', 'a/b', 'a:b', 'a b', 'a\nb', 'a\0b', '.', '..', 'x'.repeat(256)]) {
    await assert.rejects(findAccount(name), denied(/no name of a user/), JSON.stringify(name));
  }
  await assert.rejects(findAccount('0'), denied(/answers with another user: root/));
  await assert.rejects(findPerson('root'), denied(/nothing is done as uid 0/));
  await assert.rejects(findAccount('no-such-user-here'), denied(/no such user/));
});

test('root may start processes for the users of the machine', async () => {
  const { user, uid, gid, shell } = await findAccount('daemon', 0);
  assert.deepEqual({ user, uid, gid, shell }, { user: 'daemon', uid: 1, gid: 1, shell: '/usr/sbin/nologin' });
});

test('anybody else for themselves only', async () => {
  assert.equal((await findAccount('daemon', 1)).uid, 1);
  await assert.rejects(findAccount('daemon', 2), denied(/no other user than its own/));
});
