// Message lists, as they are typed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDefault, findMessages, type ListableMessage } from './message-list.ts';

interface Facts {
  readonly from?: string;
  readonly about?: string;
  readonly to?: string;
  readonly state?: 'new' | 'unread' | 'read' | 'deleted';
}

function message({ from = 'ana@example.net', about = '', to = '', state = 'read' }: Facts): ListableMessage {
  return {
    isDeleted: state === 'deleted',
    isNew: state === 'new',
    isRead: state === 'read' || state === 'deleted',
    sender: () => from,
    subject: () => about,
    field: (name) => ({ to, subject: about })[name],
  };
}

const MESSAGES = [
  message({ state: 'deleted' }),
  message({ from: 'beto@example.org', about: 'Hola a todos', state: 'new' }),
  message({ about: 'adiós', state: 'unread', to: 'carla' }),
  message({ from: 'BETO@example.org', state: 'read' }),
];

function find(
  text: string,
  options: { dot?: number; ofDeleted?: boolean; takesNames?: boolean; searches?: boolean } = {},
) {
  const { dot = 2, ofDeleted = false, takesNames = true, searches = false } = options;
  const memory = { states: 'u', subject: 'hola' };
  const found = findMessages(text, {
    messages: MESSAGES,
    dot,
    ofDeleted,
    takesNames,
    searchesFields: searches,
    memory,
  });
  return found.ok ? found.value : found.error.key;
}

test('[C16] numbers, ranges and signs pick messages; deleted ones are passed over', () => {
  assert.deepEqual(find(''), []);
  assert.deepEqual(find('4 2'), [2, 4]);
  assert.deepEqual(find('2-4'), [2, 3, 4]);
  assert.deepEqual(find('2-$'), [2, 3, 4]);
  assert.deepEqual(find('^-.', { dot: 3 }), [2, 3]);
  assert.deepEqual(find('*'), [2, 3, 4]);
  assert.deepEqual(find('+'), [3]);
  assert.deepEqual(find('-', { dot: 4 }), [3]);
  assert.deepEqual(find('4-2'), []);
});

test('[C16] names, subjects and states pick messages', () => {
  assert.deepEqual(find('beto'), [2, 4]);
  assert.deepEqual(find('/HOLA'), [2]);
  assert.deepEqual(find('/'), [2]);
  assert.deepEqual(find(':n'), [2]);
  assert.deepEqual(find(':o'), [3, 4]);
  assert.deepEqual(find(':u'), [2, 3]);
  assert.deepEqual(find(':'), [2, 3]);
  assert.deepEqual(find(':r'), [4]);
  assert.deepEqual(find('beto :r'), [4]);
  assert.deepEqual(find('2-3 :u beto'), [2]);
  assert.deepEqual(find('/to:carla', { searches: true }), [3]);
  assert.equal(find('/to:carla'), 'mail.no-messages-from');
  assert.deepEqual(find('beto 4', { takesNames: false }), [4]);
});

test('[C16] a list that names nothing says why', () => {
  assert.equal(find('9'), 'mail.invalid-number');
  assert.equal(find('0'), 'mail.invalid-number');
  assert.equal(find('1'), 'mail.inappropriate-message');
  assert.equal(find('nadie'), 'mail.no-messages-from');
  assert.equal(find(':x'), 'mail.unknown-colon');
  assert.equal(find(':d'), 'mail.no-messages-satisfy');
  assert.equal(find('2 *'), 'mail.list-star-mixed');
  assert.equal(find('* 2'), 'mail.list-numbers-with-star');
  assert.equal(find('2-beto'), 'mail.list-second-argument');
  assert.equal(find('+', { dot: 4 }), 'mail.beyond-end');
  assert.equal(find('-'), 'mail.before-first');
  assert.equal(find('"beto'), 'mail.missing-quote');
  assert.equal(find('99999999999'), 'mail.invalid-number');
});

test('undelete speaks of deleted messages', () => {
  assert.deepEqual(find('*', { ofDeleted: true }), [1]);
  assert.deepEqual(find('1', { ofDeleted: true }), [1]);
  assert.equal(findDefault(MESSAGES, 3, true), 1);
});

test('a command without a list means the current message, the next one, or one before', () => {
  assert.equal(findDefault(MESSAGES, 2, false), 2);
  assert.equal(findDefault(MESSAGES, 1, false), 2);
  assert.equal(findDefault([message({}), message({ state: 'deleted' })], 2, false), 1);
  assert.equal(findDefault([message({ state: 'deleted' })], 1, false), 0);
});
