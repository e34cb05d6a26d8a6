import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { until } from '../../../test/world/until.ts';
import { openSystemLog } from './system-log.ts';

/** Node has no datagrams on Unix sockets. */
const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print(s.recv(4096).decode(), flush=True)
`;
const hasPython = spawnSync('python3', ['-c', '']).status === 0;

test('[C19] lines reach the machine’s log one by one, where standard error leads there and nowhere else', {
  skip: !hasPython && 'python3 is not installed',
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-log-'));
  const stream = openSync(join(folder, 'stream'), 'w');
  t.after(() => {
    closeSync(stream);
    rmSync(folder, { recursive: true });
  });
  const socket = join(folder, 'log');
  const { dev, ino } = fstatSync(stream);
  assert.equal(openSystemLog({}, stream, socket), undefined);
  assert.equal(openSystemLog({ JOURNAL_STREAM: `${dev}:${ino + 1}` }, stream, socket), undefined);
  const send = openSystemLog({ JOURNAL_STREAM: `${dev}:${ino}` }, stream, socket);
  assert.ok(send !== undefined);
  assert.equal(send('<22>nobody listens'), false);
  const receiver = spawn('python3', ['-c', RECEIVER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => receiver.kill());
  const heard = text(receiver.stdout);
  await until('somebody who listens', () => existsSync(socket));
  assert.equal(send('<22>postfix/smtpd[7]: connect from año'), true);
  assert.equal(await heard, '<22>postfix/smtpd[7]: connect from año\n');
});
