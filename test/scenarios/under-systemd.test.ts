// What systemd asks of a service: sockets that it has bound are served, and it hears that the server is ready, alive,
// reloading and stopping. sd_listen_fds(3), sd_notify(3).

import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { BoundSocket, connect } from 'node:net';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseStarterMessage } from '#processes/messages.ts';
import { makeState } from '../world/running-server.ts';
import { until } from '../world/until.ts';

const SUPERVISOR = resolve(import.meta.dirname, '../../src/processes/supervisor/main.ts');
/** Node has no datagrams on Unix sockets. */
const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    print(s.recv(4096).decode().replace("\\n", " "), flush=True)
`;

/** A socket that nobody serves says nothing for ever. */
const GREETING_DEADLINE_MS = 30_000;

const missing = ['systemd-notify', 'python3'].filter((name) => spawnSync('which', [name]).status !== 0);

test('systemd: its sockets are served, and it hears how the server is', {
  skip: missing.length > 0 ? `${missing.join(', ')} not installed` : false,
}, async (t) => {
  const state = await makeState();
  t.after(() => rmSync(state, { recursive: true }));
  const notifySocket = join(state, 'notify');
  const receiver = spawn('python3', ['-c', RECEIVER, notifySocket], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => receiver.kill());
  let heard = '';
  receiver.stdout.on('data', (chunk) => {
    heard += chunk;
  });
  await until('the socket', () => existsSync(notifySocket));
  const hears = (words: RegExp) => until(`systemd to hear ${words}`, () => words.test(heard));

  using socket = new BoundSocket({ host: '127.0.0.1' });
  const { port } = socket.address();
  const configFile = join(state, 'valija.toml');
  const served = `[[listen]]\nservice = "smtp"\nport = ${port}\n`;
  writeFileSync(configFile, served);
  const child = startAsSystemdDoes(configFile, socket.fd(), {
    NOTIFY_SOCKET: notifySocket,
    LISTEN_FDS: '1',
    WATCHDOG_USEC: '400000',
  });
  t.after(() => child.kill());
  const [first] = await once(child, 'message');
  assert.deepEqual(parseStarterMessage(first)?.kind, 'ready', JSON.stringify(first));
  assert.match(await greeting(port), /^220 /);
  await hears(/READY=1/);
  await hears(/WATCHDOG=1/);
  heard = '';
  child.kill('SIGHUP');
  await hears(/RELOADING=1 MONOTONIC_USEC=\d+.*READY=1/s);

  // Settings without it, and settings that cannot be bound beside it, do not cost us what only systemd can bind.
  using elsewhere = new BoundSocket({ host: '127.0.0.1' });
  const ofOthers = `[[listen]]\nservice = "lmtp"\nport = ${elsewhere.address().port}\n`;
  for (const settings of ['[[listen]]\nservice = "smtp"\nport = 0\n', `${served}${ofOthers}`, served]) {
    heard = '';
    writeFileSync(configFile, settings);
    child.kill('SIGHUP');
    await hears(/RELOADING=1.*READY=1/s);
  }
  assert.match(await greeting(port), /^220 /);
  child.kill('SIGTERM');
  await hears(/STOPPING=1/);
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});

/** The socket is descriptor 3, and LISTEN_PID the process itself. */
function startAsSystemdDoes(configFile: string, descriptor: number, variables: NodeJS.ProcessEnv): ChildProcess {
  return fork(SUPERVISOR, [configFile, '--as-started'], {
    execPath: 'sh',
    execArgv: ['-c', 'LISTEN_PID=$$ exec "$0" "$@"', process.execPath],
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'inherit', 'inherit', descriptor, 'ipc'],
  });
}

async function greeting(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const [chunk] = await once(socket, 'data', { signal: AbortSignal.timeout(GREETING_DEADLINE_MS) });
  socket.destroy();
  return String(chunk);
}
