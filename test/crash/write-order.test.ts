import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditServer, straceRefused } from './audit-server.ts';
import { environmentOf } from './mutants.ts';
import { auditWriteOrder } from './write-order.ts';

const CONNECTIONS = 20;
const MESSAGES = 10;
const FOUND_BY_THE_AUDIT = [
  'does not call fdatasync',
  'answers before the sync has returned',
  'says 250 before the append',
] as const;

const WRITE = '11 pwrite64(9</s/1.journal>, "..\\"id\\":\\"Q1\\"..", 20, 0) = 20';
const SYNC = '12 fdatasync(9</s/1.journal>)    = 0';
const REPLY = '10 write(30<socket:[5]>, "250 2.0.0 Ok: queued as Q1\\r\\n", 28) = 28';

test('the audit knows a broken order: no sync, a sync of another file, too early, too late, failed', () => {
  const audit = (...lines: string[]) => auditWriteOrder(lines.join('\n')).violations.length;
  assert.equal(audit(WRITE, SYNC, REPLY), 0);
  assert.equal(audit(WRITE, REPLY), 1, 'the mutant without fdatasync');
  assert.equal(audit(SYNC, REPLY), 1, 'the mutant without a record');
  assert.equal(audit(REPLY, WRITE, SYNC), 1, 'the mutant that says 250 before the append');
  assert.equal(audit(WRITE, SYNC.replace('1.journal', '2.journal'), REPLY), 1);
  assert.equal(audit(SYNC, WRITE, REPLY), 1);
  assert.equal(audit(WRITE, REPLY, SYNC), 1);
  assert.equal(audit(WRITE, SYNC.replace('= 0', '= -1 EIO (Input/output error)'), REPLY), 1);
  const [begun, ended] = ['12 fdatasync(9</s/1.journal> <unfinished ...>', '12 <... fdatasync resumed>) = 0'];
  assert.equal(audit(WRITE, begun, ended, REPLY), 0);
  assert.equal(audit(begun, WRITE, ended, REPLY), 1, 'a sync that began before the write need not cover it');
  assert.equal(audit(WRITE, begun, REPLY, ended), 1);
});

const skip = await straceRefused();

test(`[T-crash 2] ${CONNECTIONS * MESSAGES} messages from ${CONNECTIONS} connections: no 250 before its fdatasync has returned`, {
  skip,
}, async () => {
  const { replies, violations } = await auditServer({ connections: CONNECTIONS, messages: MESSAGES });
  assert.deepEqual(violations, []);
  assert.equal(replies, CONNECTIONS * MESSAGES);
});

for (const name of FOUND_BY_THE_AUDIT) {
  test(`[T-crash 2] the audit finds a server that ${name}`, { skip }, async () => {
    const environment = environmentOf(name);
    const { violations } = await auditServer({ connections: CONNECTIONS, messages: MESSAGES, environment });
    assert.ok(violations.length > 0);
  });
}
