import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factContext } from '../../../test/world/fact-house.ts';
import { ConnectionMemories } from './connection-memory.ts';

test('answers are kept for one message, up to a limit', () => {
  const { connection } = factContext().session;
  const memories = new ConnectionMemories();
  const first = memories.of(connection, 'Q1');
  for (let i = 0; i < 3_000; i++) first.keep(`question ${i}`, { kind: 'none' });
  assert.deepEqual(memories.of(connection, 'Q1').find('question 1999'), { kind: 'none' });
  assert.equal(memories.of(connection, 'Q1').find('question 2000'), undefined);
  first.spentMs = 5;
  const second = memories.of(connection, 'Q2');
  assert.equal(second.find('question 1'), undefined);
  assert.equal(second.spentMs, 0);
});

test('connections know nothing of one another', () => {
  const memories = new ConnectionMemories();
  memories.of(factContext().session.connection, 'Q1').keep('question', { kind: 'none' });
  assert.equal(memories.of(factContext().session.connection, 'Q1').find('question'), undefined);
});
