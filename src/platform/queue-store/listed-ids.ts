// Which kept messages an administrator asked for, as SQL with bound values.

import type { SQLInputValue } from 'node:sqlite';
import type { QueueFilter } from '#mail/ports/queue-admin.ts';

export function listIds(
  filter: QueueFilter,
  afterId: string,
  limit: number,
): { readonly sql: string; readonly values: SQLInputValue[] } {
  const conditions = ['queue_id > ?'];
  const values: SQLInputValue[] = [afterId];
  const where = (condition: string, ...bound: SQLInputValue[]) => {
    conditions.push(condition);
    values.push(...bound);
  };
  const { sender, recipient, domain, arrivedBeforeMs, state } = filter;
  if (sender !== undefined) where('sender = ?', sender);
  if (recipient !== undefined) {
    where(
      'queue_id IN (SELECT queue_id FROM recipients WHERE address = ? UNION SELECT queue_id FROM recipients WHERE original = ?)',
      ...[recipient, recipient],
    );
  }
  if (domain !== undefined)
    where('queue_id IN (SELECT queue_id FROM recipients WHERE domain = ?)', domain.toLowerCase());
  if (arrivedBeforeMs !== undefined) where('arrived_ms < ?', Math.trunc(arrivedBeforeMs));
  if (state !== undefined) where(STATES[state]);
  return {
    sql: `SELECT queue_id FROM messages WHERE ${conditions.join(' AND ')} ORDER BY queue_id LIMIT ?`,
    values: [...values, limit],
  };
}

const TRIED = 'EXISTS (SELECT 1 FROM recipients r WHERE r.queue_id = messages.queue_id AND r.attempts > 0)';

/** `active` is what the runner has in memory; it asks for those by their ids. */
const STATES: Readonly<Record<NonNullable<QueueFilter['state']>, string>> = {
  active: '1 = 1',
  incoming: `held = 0 AND queue_id IN (SELECT queue_id FROM recipients WHERE attempts = 0) AND NOT ${TRIED}`,
  deferred: `held = 0 AND ${TRIED}`,
  hold: 'held = 1',
};
