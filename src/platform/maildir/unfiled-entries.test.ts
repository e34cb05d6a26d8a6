import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalEntry } from '#mail/ports/journal.ts';
import { UnfiledEntries } from './unfiled-entries.ts';

const NEVER_MS = 600_000;

function entry(queueId: string): JournalEntry {
  return { queueId, arrivedMs: 0, plan: { actions: [] } } as unknown as JournalEntry;
}

test('who waits for a filing goes on when it is told of, and when the message was not promised after all', async () => {
  const told: string[] = [];
  const unfiled = new UnfiledEntries(({ queueId }) => void told.push(`filed ${queueId}`));
  unfiled.add(entry('A'));
  unfiled.add(entry('B'));
  const waiting = ['A', 'B'].map((id) => unfiled.whenFiled(id, NEVER_MS).then(() => told.push(`on with ${id}`)));
  unfiled.filed('A', []);
  unfiled.remove('B');
  await Promise.all(waiting);
  assert.deepEqual(told, ['filed A', 'on with A', 'on with B']);
});

test('nobody waits for what is not under way, nor longer than they said', async () => {
  const unfiled = new UnfiledEntries();
  await unfiled.whenFiled('never heard of', NEVER_MS);
  unfiled.add(entry('stuck'));
  await unfiled.whenFiled('stuck', 1);
});
