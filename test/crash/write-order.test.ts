import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer, USER1, USER2 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { auditWriteOrder } from './write-order.ts';

const CONNECTIONS = 20;
const MESSAGES = 10;
const STRACE = ['-f', '-y', '-s', '1000000', '-e', 'trace=write,pwrite64,pwritev,writev,fdatasync,sendto,sendmsg'];

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

test(`[T-crash 2] ${CONNECTIONS * MESSAGES} messages from ${CONNECTIONS} connections: no 250 before its fdatasync has returned`, {
  skip: await straceRefused(),
}, async (t) => {
  await using server = await startServer();
  const folder = mkdtempSync(join(tmpdir(), 'valija-strace-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const output = join(folder, 'trace');
  const strace = spawn('strace', [...STRACE, '-o', output, '-p', String(server.pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise((resolve) => strace.stderr.once('data', resolve));
  await delay(200);
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      using talk = await openSmtp(server, 'smtp');
      for (let i = 0; i < MESSAGES; i++) {
        const answer = await talk.bring('ana@example.org', [USER1, USER2], 'Subject: order\r\n\r\nfirst the disk\r\n');
        assert.match(answer, /^250 /);
      }
    }),
  );
  const ended = new Promise((resolve) => strace.on('close', resolve));
  strace.kill('SIGINT');
  await ended;
  const { replies, violations } = auditWriteOrder(readFileSync(output, 'latin1'));
  assert.deepEqual(violations, []);
  assert.equal(replies, CONNECTIONS * MESSAGES);
});

/** Says why not. */
async function straceRefused(): Promise<string | false> {
  const child = spawn('strace', ['-e', 'trace=none', 'true'], { stdio: 'ignore' });
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve('none'));
    child.on('exit', resolve);
  });
  return code === 0 ? false : 'strace is not here, or may not look at processes';
}
