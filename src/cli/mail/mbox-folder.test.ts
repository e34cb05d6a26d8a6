// An mbox that is read while others use it, and written back.

import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { StoredMessage } from './listed-message.ts';
import type { Outcome } from './mail-folder.ts';
import { MboxFolder } from './mbox-folder.ts';

const FROM = 'From ana@example.org  Sat Jan 16 18:22:00 2016\n';

function message(body: string, fields = ''): string {
  return `${FROM}${fields}Subject: ${body}\n\n${body}\n\n`;
}

function openWorld(context: TestContext, content: string) {
  const home = mkdtempSync(join(tmpdir(), 'valija-mail-'));
  context.after(() => rmSync(home, { recursive: true }));
  const path = join(home, 'inbox');
  writeFileSync(path, content, { mode: 0o600 });
  const folder = new MboxFolder({ path, rescuePaths: [join(home, 'rescue')] });
  context.after(() => folder[Symbol.dispose]());
  const settle = async (outcomes: readonly (readonly [StoredMessage | undefined, Outcome])[]) => {
    await using locked = await folder.lock();
    const given = outcomes.flatMap(([stored, outcome]) => (stored === undefined ? [] : [[stored, outcome] as const]));
    await locked.settle(new Map(given));
    return locked.hasNewMail;
  };
  return { home, path, folder, settle, content: () => readFileSync(path, 'utf8') };
}

const REMOVED: Outcome = { kind: 'removed' };
const READ: Outcome = { kind: 'marked', isRead: true, isOld: true };

test('[C18] messages are taken out and marked; what is left is as it was', async (context) => {
  const { folder, settle, content, home } = openWorld(
    context,
    ['uno', 'dos', 'tres'].map((body) => message(body)).join(''),
  );
  const [first, second] = await folder.readNew();
  assert.equal(folder.scratch.read(second ?? { start: 0, end: 0 }).toString(), message('dos'));
  assert.equal(
    await settle([
      [first, REMOVED],
      [second, READ],
    ]),
    false,
  );
  assert.equal(content(), `${FROM}Subject: dos\nStatus: RO\n\ndos\n\n${message('tres')}`);
  assert.deepEqual(readdirSync(home), ['inbox']);
});

test('[C18] mail that arrived meanwhile stays, and what another program took away is not missed', async (context) => {
  const world = openWorld(context, ['uno', 'dos', 'tres', 'dos'].map((body) => message(body)).join(''));
  const [first, second, third, fourth] = await world.folder.readNew();
  // A server has expunged the first, marked the third in its way, and delivered another.
  const marked = message('tres', 'X-UID: 7         \nStatus: O \n');
  writeFileSync(world.path, message('dos') + marked + message('dos') + message('nuevo'));
  assert.equal(
    await world.settle([
      [first, REMOVED],
      [second, REMOVED],
      [third, READ],
      [fourth, READ],
    ]),
    true,
  );
  assert.equal(
    world.content(),
    message('tres', 'X-UID: 7         \nStatus: RO\n') +
      `${FROM}Subject: dos\nStatus: RO\n\ndos\n\n` +
      message('nuevo'),
  );
});

test('a field that has room is marked in its place', async (context) => {
  const { folder, settle, content, path } = openWorld(context, message('uno', 'Status: O \n'));
  const [first] = await folder.readNew();
  assert.equal(first?.wasOld, true);
  const before = statSync(path).size;
  await settle([[first, READ]]);
  assert.equal(statSync(path).size, before);
  assert.equal(content(), message('uno', 'Status: RO\n'));
});

test('what a server notes of the mailbox passes on to the next message', async (context) => {
  const base = 'X-IMAPbase: 1700000000 0000000009\n';
  const { folder, settle, content } = openWorld(context, message('uno', base) + message('dos'));
  const [first] = await folder.readNew();
  await settle([[first, REMOVED]]);
  assert.equal(content(), message('dos', base));
});

test('only new messages are read the second time', async (context) => {
  const { folder, path } = openWorld(context, message('uno'));
  assert.equal((await folder.readNew()).length, 1);
  appendFileSync(path, message('dos'));
  const [second, third] = await folder.readNew();
  assert.equal(third, undefined);
  assert.equal(folder.scratch.read(second ?? { start: 0, end: 0 }).toString(), message('dos'));
});

test('a file that is no mbox is refused', async (context) => {
  const { folder } = openWorld(context, 'root:x:0:0:root:/root:/bin/bash\n');
  await assert.rejects(folder.readNew(), { message: 'mail.no-mailbox' });
});

test('[T31] an mbox has as many messages as there are', async (context) => {
  const { folder } = openWorld(context, `${FROM}\n\n`.repeat(200_000));
  assert.equal((await folder.readNew()).length, 200_000);
});
