import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { Connection } from '#mail/ports/connection.ts';
import { openAuthSocket } from './auth-socket.ts';

function place(t: { after(work: () => void): void }, overrides: { mode?: number; mostConnections?: number } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-socket-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'auth');
  const usual = { userId: undefined, groupId: undefined, mostConnections: 10, nextConnectionId: () => 'auth1' };
  return { path, mode: 0o660, ...usual, ...overrides };
}

const DEADLINE_MS = 60_000;

async function echo(connection: Connection): Promise<void> {
  for (;;) {
    const octets = await connection.read(DEADLINE_MS);
    if (octets === undefined) return await connection.close();
    await connection.write(octets);
  }
}

const wrong = (pattern: RegExp) => (failure: unknown) => failure instanceof WorldError && pattern.test(failure.message);

test('[C57] a socket with its mode, gone when it is closed', async (t) => {
  const where = place(t, { mode: 0o640 });
  await using socket = await openAuthSocket(where, echo, assert.ifError);
  assert.equal(statSync(where.path).mode & 0o777, 0o640);
  const client = connect(where.path);
  client.write('hola');
  const [answer] = await once(client, 'data');
  assert.equal(String(answer), 'hola');
  await socket[Symbol.asyncDispose]();
  await once(client, 'close');
  assert.equal(existsSync(where.path), false);
});

test('[C57] what a killed server left behind is replaced; another server, and what is no socket, are not', async (t) => {
  const where = place(t);
  const other = createServer().listen(where.path);
  await once(other, 'listening');
  await assert.rejects(openAuthSocket(where, echo, assert.ifError), wrong(/another server answers there/));
  other.close();
  await once(other, 'close');
  writeFileSync(where.path, 'a letter');
  await assert.rejects(openAuthSocket(where, echo, assert.ifError), wrong(/no socket/));
  rmSync(where.path);
  const nowhere = { ...where, path: join(where.path, 'nowhere') };
  await assert.rejects(openAuthSocket(nowhere, echo, assert.ifError), wrong(/open the auth socket/));
  const long = { ...where, path: `/tmp/${'x'.repeat(110)}` };
  await assert.rejects(openAuthSocket(long, echo, assert.ifError), wrong(/more than 107 octets/));
});

/** Listens, and comes to nobody. */
const BUSY_SERVER = `
  const server = require('node:net').createServer();
  server.listen({ path: process.argv[1], backlog: 1 }, () => {
    require('node:fs').writeSync(1, 'listening');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

test('[C57] a server that is too busy to answer keeps its socket', async (t) => {
  const where = place(t);
  const busy = spawn(process.execPath, ['-e', BUSY_SERVER, where.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => busy.kill('SIGKILL'));
  await once(busy.stdout, 'data');
  const crowd = Array.from({ length: 5 }, () => connect(where.path));
  t.after(() => crowd.forEach((client) => void client.destroy()));
  const refused = await Promise.race(crowd.map((client) => once(client, 'error')));
  assert.equal(refused[0].code, 'EAGAIN');
  await assert.rejects(openAuthSocket(where, echo, assert.ifError), wrong(/another server answers there/));
  assert.ok(existsSync(where.path));
});

test('[C57] connections beyond the limit are closed, and a bug ends one connection alone', async (t) => {
  const where = place(t, { mostConnections: 1 });
  const bugs: unknown[] = [];
  const fail = async (connection: Connection) => {
    await connection.read(DEADLINE_MS);
    throw new TypeError('bug');
  };
  await using _socket = await openAuthSocket(where, fail, (bug) => bugs.push(bug));
  const first = connect(where.path);
  await once(first, 'connect');
  const second = connect(where.path).on('error', () => undefined);
  await once(second, 'close');
  first.write('x');
  await once(first.resume(), 'close');
  assert.ok(bugs[0] instanceof TypeError);
});
