import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { err, ok } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { ControlMethod } from '#mail/ports/control-method.ts';
import { callControl } from './control-client.ts';
import { listenControl } from './control-server.ts';

const METHODS = new Map<string, ControlMethod>([
  ['echo', async (params) => ok(params)],
  ['list', async () => ok(Array.from({ length: 5_000 }, (_, n) => ({ n, name: `cuenta ${n} ${'x'.repeat(50)}` })))],
  ['empty', async () => ok([])],
  ['huge', async () => ok('x'.repeat(1_100_000))],
  ['refuse', async () => err({ code: 'refused', message: 'no', refusal: { code: 'exists', message: 'no' } })],
  ['later', async () => Promise.reject(new WorldError('disk', { transient: true }))],
  ['bug', async () => Promise.reject(new TypeError('x is not a function'))],
]);

async function openWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'valija-ipc-'));
  const path = join(folder, 'run', 'control.sock');
  const server = await listenControl(path, METHODS);
  return {
    path,
    folder,
    server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What comes back to raw octets, until the server closes or has said so many lines. */
function talk(path: string, octets: string | Buffer, lines = 1): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.split('\n').length > lines) socket.destroy();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', () => resolve(text));
    socket.write(octets);
  });
}

test('a question is answered: a value, a list of any length, nothing', async () => {
  await using world = await openWorld();
  assert.deepEqual(await callControl(world.path, 'echo', { a: 'ñ', b: [1] }), ok({ a: 'ñ', b: [1] }));
  const list = await callControl(world.path, 'list', {});
  assert.equal(list.ok && (list.value as unknown[]).length, 5_000);
  assert.deepEqual(await callControl(world.path, 'empty', {}), ok([]));
});

test('a fault is a value, and the server lives on', async () => {
  await using world = await openWorld();
  const fault = async (method: string) => {
    const outcome = await callControl(world.path, method, {});
    return !outcome.ok && outcome.error.kind === 'fault' ? outcome.error.fault : undefined;
  };
  assert.equal((await fault('refuse'))?.refusal?.code, 'exists');
  assert.equal((await fault('later'))?.code, 'unavailable');
  assert.equal((await fault('bug'))?.code, 'failed');
  assert.equal((await fault('nothing'))?.code, 'unknown-method');
  assert.match((await fault('huge'))?.message ?? '', /too long/);
  assert.deepEqual(await callControl(world.path, 'echo', 1), ok(1));
});

test('the socket is for its owner only, and goes with the server', async () => {
  const world = await openWorld();
  assert.equal(statSync(world.path).mode & 0o777, 0o600);
  assert.equal(statSync(join(world.folder, 'run')).mode & 0o777, 0o700);
  await world.server[Symbol.asyncDispose]();
  assert.deepEqual(await callControl(world.path, 'echo', 1), err({ kind: 'not-running' }));
  rmSync(world.folder, { recursive: true });
});

test('a socket left behind by a killed server is taken over; one that answers is not', async () => {
  await using world = await openWorld();
  await assert.rejects(listenControl(world.path, METHODS), /another server answers/);
  const left = join(world.folder, 'left.sock');
  writeFileSync(left, '');
  assert.deepEqual(await callControl(left, 'echo', 1), err({ kind: 'not-running' }));
  await using second = await listenControl(left, METHODS);
  assert.deepEqual(await callControl(second.path, 'echo', 2), ok(2));
});

test('a path that is too long for a socket is said so on both sides', async () => {
  const path = join(tmpdir(), 'x'.repeat(120), 'control.sock');
  await assert.rejects(listenControl(path, METHODS), /shorter state_directory/);
  assert.deepEqual(await callControl(path, 'echo', 1), err({ kind: 'path-too-long', mostOctets: 107 }));
});

test('[T5] [T8] bad lines get a clear answer and bounded memory', async () => {
  await using world = await openWorld();
  assert.match(await talk(world.path, 'hola\n'), /"code":"bad-request"/);
  assert.match(await talk(world.path, '[]\n'), /"code":"bad-request"/);
  assert.match(await talk(world.path, '{"v":2,"id":1,"method":"echo"}\n'), /version/);
  assert.match(await talk(world.path, '{"v":1,"id":"x","method":"echo"}\n'), /id must be/);
  assert.match(await talk(world.path, '{"v":1,"id":1,"method":["echo"]}\n'), /method must be/);
  assert.match(await talk(world.path, '{"v":1,"id":1,"method":"__proto__"}\n'), /unknown-method/);
  assert.match(await talk(world.path, Buffer.from([0xff, 0xfe, 0x0a])), /"code":"bad-request"/);
  for (const octets of [1_048_577, 20_000_000]) {
    const heard = await talk(world.path, Buffer.alloc(octets, 0x61));
    assert.match(heard, /^\{.*at most 1048576 octets.*\}\n$/, String(octets));
  }
  const two = await talk(world.path, '{"v":1,"id":7,"method":"echo"}\n{"v":1,"id":8,"method":"echo"}\n', 2);
  assert.deepEqual(two.match(/"id":\d/g), ['"id":7', '"id":8']);
  assert.deepEqual(await callControl(world.path, 'echo', 1), ok(1));
});

test('[T38] many commands at once are all answered', async () => {
  await using world = await openWorld();
  const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => callControl(world.path, 'echo', n)));
  assert.deepEqual(
    answers.map((answer) => answer.ok && answer.value),
    Array.from({ length: 30 }, (_, n) => n),
  );
});

test('something else behind the socket is told apart', async () => {
  await using world = await openWorld();
  const path = join(world.folder, 'other.sock');
  const other = createServer((socket) => socket.end('220 hello\r\n')).listen(path);
  const outcome = await callControl(path, 'echo', 1);
  assert.match(!outcome.ok && outcome.error.kind === 'no-answer' ? outcome.error.message : '', /no Valija/);
  other.close();
});
