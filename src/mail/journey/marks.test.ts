import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JourneyEvent } from './event.ts';
import { marksOf } from './marks.ts';
import { readingsOf } from './story-search.ts';

const PLANNED: JourneyEvent = {
  ...{ kind: 'planned', recipient: 'Todos@Valija.test', action: 'file' },
  ...{ account: 'usuario2@valija.test', mailbox: 'INBOX' },
};

test('whom an event names is a mark, once, in one spelling', () => {
  const events: readonly JourneyEvent[] = [
    { kind: 'joined', key: 'c1', clientAddress: '::ffff:192.0.2.1' },
    PLANNED,
    PLANNED,
    { kind: 'received', messageId: '<1@x>', subject: undefined, from: undefined, sizeBytes: 1 },
  ];
  assert.deepEqual(marksOf('Q1', events).sort(), [
    'client c0000201',
    'id Q1',
    'message-id 1@x',
    'to todos@valija.test',
    'to usuario2@valija.test',
    'to-domain valija.test',
  ]);
});

test('texts of strangers are bounded, and stay on one line', () => {
  const login = `a\nid Q2${'x'.repeat(1_000)}`;
  const [, mark = ''] = marksOf('Q1', [{ kind: 'authentication-failed', login, mechanism: 'PLAIN', reason: 'r' }]);
  assert.match(mark, /^login a id q2x+$/);
  assert.equal(mark.length, 'login '.length + 320);
});

test('a search has its readings in their order, and what else is wanted in each', () => {
  assert.deepEqual(readingsOf({ about: 'Ana@Example.org', client: '192.0.2.1' }), [
    [['id Ana@Example.org', 'client c0000201']],
    [['message-id Ana@Example.org', 'client c0000201']],
    [
      ['from ana@example.org', 'client c0000201'],
      ['to ana@example.org', 'client c0000201'],
      ['login ana@example.org', 'client c0000201'],
    ],
  ]);
  assert.deepEqual(readingsOf({ from: '<>', to: '@Valija.test' }), [[['from ', 'to-domain valija.test']]]);
  assert.deepEqual(readingsOf({ sinceMs: 1 }), [[[]]]);
});
