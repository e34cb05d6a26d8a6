// A Maildir that is read as a mailbox.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { StoredMessage } from './listed-message.ts';
import type { Outcome } from './mail-folder.ts';
import { MaildirFolder } from './maildir-folder.ts';

function openWorld(context: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'valija-mail-'));
  context.after(() => rmSync(path, { recursive: true }));
  for (const folder of ['cur', 'new', 'tmp']) mkdirSync(join(path, folder));
  const put = (file: string, body: string) => {
    writeFileSync(join(path, file), `Return-Path: <ana@example.org>\nSubject: ${body}\n\n${body}\n`);
  };
  const folder = new MaildirFolder(path);
  context.after(() => folder[Symbol.dispose]());
  const files = () =>
    ['cur', 'new'].flatMap((name) => readdirSync(join(path, name)).map((file) => `${name}/${file}`)).sort();
  const settle = async (outcomes: readonly (readonly [StoredMessage | undefined, Outcome])[]) => {
    await using locked = await folder.lock();
    await locked.settle(
      new Map(outcomes.flatMap(([stored, outcome]) => (stored === undefined ? [] : [[stored, outcome] as const]))),
    );
    return locked.hasNewMail;
  };
  return { path, put, folder, files, settle };
}

test('[C43] messages come in the order of delivery, in the form of an mbox', async (context) => {
  const { put, folder } = openWorld(context);
  put('new/1700000002.M1P1.casa', 'From aquí');
  put('cur/1700000001.M1P1.casa:2,S', 'uno');
  const [first, second] = await folder.readNew();
  assert.deepEqual([first?.wasRead, first?.wasOld, second?.wasRead, second?.wasOld], [true, true, false, false]);
  const text = folder.scratch.read(second ?? { start: 0, end: 0 }).toString();
  assert.match(
    text,
    /^From ana@example\.org {2}\w{3} \w{3} .*\nReturn-Path: .*\nSubject: From aquí\n\n>From aquí\n\n$/,
  );
});

test('[C43] what was read is marked and stays, what was deleted goes, and others may rename meanwhile', async (context) => {
  const { path, put, folder, files, settle } = openWorld(context);
  for (const number of [1, 2, 3]) put(`new/170000000${number}.M1P1.casa`, `n${number}`);
  const [first, second, third] = await folder.readNew();
  renameSync(join(path, 'new/1700000002.M1P1.casa'), join(path, 'cur/1700000002.M1P1.casa:2,F'));
  put('new/1700000009.M1P1.casa', 'new');
  const read: Outcome = { kind: 'marked', isRead: true, isOld: true };
  const seen: Outcome = { kind: 'marked', isRead: false, isOld: true };
  assert.equal(
    await settle([
      [first, { kind: 'removed' }],
      [second, read],
      [third, seen],
    ]),
    true,
  );
  assert.deepEqual(files(), [
    'cur/1700000002.M1P1.casa:2,FS',
    'cur/1700000003.M1P1.casa:2,',
    'new/1700000009.M1P1.casa',
  ]);
  assert.equal((await folder.readNew()).length, 1);
});

test('an edited message keeps its name', async (context) => {
  const { path, put, folder, settle } = openWorld(context);
  put('cur/1700000001.M1P1.casa:2,S', 'uno');
  const [first] = await folder.readNew();
  const range = folder.scratch.append(Buffer.from('From x  Sat Jan 16 18:22:00 2016\nSubject: dos\n\n>From x\n\n'));
  await settle([[first, { kind: 'rewritten', range, isRead: true, isOld: true }]]);
  assert.equal(readFileSync(join(path, 'cur/1700000001.M1P1.casa:2,S'), 'utf8'), 'Subject: dos\n\nFrom x\n');
});
