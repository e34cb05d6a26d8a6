import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { checkMboxName, createMailboxFile, finishMoves, listMailboxFiles, mailboxPath } from './mbox-layout.ts';

const home = mkdtempSync(join(tmpdir(), 'valija-mbox-layout-'));
const folder = join(home, 'mail');
const PLACES = { inbox: join(home, 'inbox'), folder };
after(() => rmSync(home, { recursive: true }));
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

const messagesOf = (name: string) => readFileSync(mailboxPath(PLACES, name), 'utf8');

test('[C17] a mailbox keeps its messages when others are made below it', () => {
  writeFileSync(join(folder, 'Work'), 'mine');
  createMailboxFile(PLACES, 'Work/2026');
  assert.deepEqual([...listMailboxFiles(PLACES)].sort(), ['INBOX', 'Work', 'Work/2026']);
  assert.deepEqual([messagesOf('Work'), messagesOf('Work/2026')], ['mine', '']);
});

test('[C17] killed while a mailbox becomes a folder, its messages are found again by the next start', () => {
  mkdirSync(join(folder, 'A'));
  writeFileSync(join(folder, 'A', 'Work.moving'), 'mine');
  finishMoves(PLACES);
  assert.equal(messagesOf('A/Work'), 'mine');
  writeFileSync(join(folder, 'Lists.moving'), 'lists');
  mkdirSync(join(folder, 'Lists'));
  finishMoves(PLACES);
  assert.equal(messagesOf('Lists'), 'lists');
  assert.deepEqual([...listMailboxFiles(PLACES)].sort(), ['A/Work', 'INBOX', 'Lists']);
});

test('[C17] what lies aside and has no place left is never written over', () => {
  writeFileSync(join(folder, 'Work.moving'), 'older');
  writeFileSync(join(folder, 'Work'), 'newer');
  finishMoves(PLACES);
  assert.throws(() => createMailboxFile(PLACES, 'Work/2026'), /Work\.moving is in the way/);
  assert.deepEqual([messagesOf('Work'), readFileSync(join(folder, 'Work.moving'), 'utf8')], ['newer', 'older']);
});

test('names that would be another mailbox’s file, or no file, are refused', () => {
  for (const name of ['mBoX-MeSsAgEs', 'Lists/mBoX-MeSsAgEs', 'mBoX-MeSsAgEs/2026']) {
    const checked = checkMboxName(name);
    assert.deepEqual(!checked.ok && checked.error.code, 'cannot', name);
  }
  const tooLong = checkMboxName(`Lists/${'\u00f1'.repeat(100)}`);
  assert.equal(!tooLong.ok && tooLong.error.code, 'limit');
  for (const name of ['x'.repeat(240), `${'\u00f1'.repeat(55)}/${'\u00f1'.repeat(55)}`, 'inbox']) {
    assert.ok(checkMboxName(name).ok, name);
    if (name !== 'inbox') createMailboxFile(PLACES, name);
  }
});
