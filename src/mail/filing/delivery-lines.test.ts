import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileAction } from '#mail/acceptance/plan.ts';
import type { AccountId } from '#mail/ports/account.ts';
import { formatDelay, sentLines } from './delivery-lines.ts';

const ACTION: FileAction = {
  kind: 'file',
  account: 'usuario2@valija.test' as AccountId,
  mailbox: 'INBOX',
  systemFlags: 0,
  keywords: [],
  prefix: Buffer.alloc(0),
  recipients: ['usuario2@valija.test', 'todos@valija.test'],
  internalDateMs: 0,
};

const TIMES = { arrivedMs: 1_000, begunMs: 1_020, endedMs: 1_034 };

test('a line for each recipient, as pflogsumm reads it', () => {
  assert.deepEqual(sentLines('4ZxQ0', ACTION, TIMES), [
    '4ZxQ0: to=<usuario2@valija.test>, relay=virtual, delay=0.03, delays=0.02/0/0/0.01, dsn=2.0.0, ' +
      'status=sent (delivered to mailbox INBOX)',
    '4ZxQ0: to=<usuario2@valija.test>, orig_to=<todos@valija.test>, relay=virtual, delay=0.03, ' +
      'delays=0.02/0/0/0.01, dsn=2.0.0, status=sent (delivered to mailbox INBOX)',
  ]);
});

test("delays have the digits that Postfix's have", () => {
  const delays = [-5, 0, 4, 5, 34, 1_234, 9_960, 12_345, 321_000];
  assert.deepEqual(delays.map(formatDelay), ['0', '0', '0', '0.01', '0.03', '1.2', '10', '12', '321']);
});
