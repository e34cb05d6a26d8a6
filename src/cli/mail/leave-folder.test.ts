// What becomes of each message when a folder is left.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideDestiny } from './leave-folder.ts';
import type { Fate } from './listed-message.ts';

const INBOX = { keepsRead: false, keepsSaved: false, isFile: false };

function destinies(rules: Partial<typeof INBOX>): Record<string, string> {
  const rows: [Fate, boolean][] = [
    ['undecided', false],
    ['undecided', true],
    ['deleted', true],
    ['saved', true],
    ['preserved', true],
    ['mbox', true],
  ];
  return Object.fromEntries(
    rows.map(([fate, isTouched]) => [
      fate === 'undecided' && isTouched ? 'read' : fate,
      decideDestiny({ fate, isTouched }, { ...INBOX, ...rules }),
    ]),
  );
}

test('[C18] read messages go to the mbox, unread ones stay, saved and deleted ones go', () => {
  const expected = {
    undecided: 'stays',
    read: 'to-mbox',
    deleted: 'goes',
    saved: 'goes',
    preserved: 'stays',
    mbox: 'to-mbox',
  };
  assert.deepEqual(destinies({}), expected);
  assert.deepEqual(destinies({ keepsRead: true }), { ...expected, read: 'stays' });
  assert.deepEqual(destinies({ keepsSaved: true }), { ...expected, saved: 'to-mbox' });
});

test('a file loses nothing but what was deleted', () => {
  assert.deepEqual(destinies({ isFile: true }), {
    undecided: 'stays',
    read: 'stays',
    deleted: 'goes',
    saved: 'stays',
    preserved: 'stays',
    mbox: 'stays',
  });
});
