// What the supervisor is for: a worker that dies is replaced and finds its sockets again; settings change while sessions
// go on; and all ends when it is told to, or when the supervisor is gone.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../world/free-port.ts';
import { findChild, isRunning, privateStreams } from '../world/process-table.ts';
import { type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { deliver } from '../world/smtp-talk.ts';
import { until, untilLogged } from '../world/until.ts';

const PATIENCE_MS = 90_000;
/** As `supervisor/main.ts` has it: within this a second request is the first one, told twice. */
const SAME_REQUEST_MS = 500;
/** As `worker/main.ts` has it: for so long sessions may go on after the first. */
const STOP_GRACE_MS = 5_000;

test('a killed worker is replaced and gets the sockets again; root, or whoever started it, never accepts', async () => {
  await using server = await startServer();
  const pids = [server.pid];
  // Each time the next one comes later.
  for (let i = 0; i < 3; i++) {
    process.kill(server.pid, 'SIGKILL');
    await until('another worker', () => !pids.includes(server.pid));
    pids.push(server.pid);
    assert.match(await deliver(server, USER1, `Subject: ${i}\r\n\r\nhola\r\n`), /^250 /);
  }
  // Nobody starts the next one before they have come.
  process.kill(server.supervisorPid, 'SIGSTOP');
  process.kill(server.pid, 'SIGKILL');
  await until('the end of the worker', () => !isRunning(pids.at(-1) ?? 0));
  const clients = await Promise.all([1, 2, 3, 4, 5].map(() => arrive(server.ports.smtp)));
  assert.equal(waitingToBeAccepted(server.ports.smtp), clients.length);
  process.kill(server.supervisorPid, 'SIGCONT');
  for (const greeting of await Promise.all(clients.map(firstLine))) assert.match(greeting, /^220 /);
  await untilLogged(server, /supervisor.*the worker \(pid \d+\) ended: SIGKILL/);
  for (const client of clients) client.destroy();
});

test('kill -9 of one process ends no other, and their private streams come back', async () => {
  await using server = await startServer();
  const outbound = () => findChild(server.supervisorPid, 'outbound/main.ts');
  const areConnected = () => isRunning(server.pid) && privateStreams(server.pid) === 1;
  await until('a private stream', areConnected);
  const [worker, first] = [server.pid, outbound()];

  process.kill(first, 'SIGKILL');
  await until('another outbound', () => outbound() !== first && outbound() !== 0 && areConnected());
  assert.equal(server.pid, worker);
  assert.match(await deliver(server, USER1, 'Subject: uno\r\n\r\nhola\r\n'), /^250 /);
  await until('a line of the log', () => /supervisor.*the outbound \(pid \d+\) ended: SIGKILL/.test(server.log()));

  const second = outbound();
  process.kill(worker, 'SIGKILL');
  await until('another worker', () => server.pid !== worker && areConnected());
  assert.equal(outbound(), second);
  assert.match(await deliver(server, USER1, 'Subject: dos\r\n\r\nhola\r\n'), /^250 /);

  process.kill(server.supervisorPid, 'SIGKILL');
  await until('their end', () => !isRunning(second) && !isRunning(server.pid));
});

test('SIGHUP: new settings for new sessions, doors opened and shut, and no session is dropped', async () => {
  await using server = await startServer();
  const { smtp, pop3 } = server.ports;
  const before = await arrive(smtp);
  assert.match(await firstLine(before), /mail\.valija\.test/);
  const leaving = await arrive(pop3);
  await firstLine(leaving);

  const former = readFileSync(server.configFile, 'utf8');
  const opened = await freePort();
  const changed = former
    .replace('mail.valija.test', 'nuevo.valija.test')
    .replace(/\[\[listen\]\]\nservice = "pop3"\nport = 0\n/, `[[listen]]\nservice = "imap"\nport = ${opened}\n`);
  await reload(server, changed, /reloaded -- /);

  assert.match(await firstLine(await arrive(smtp)), /nuevo\.valija\.test/);
  assert.match(await firstLine(await arrive(opened)), /^\* OK/);
  // When all processes have changed; until then the kernel takes connections for nobody.
  await untilRefused(pop3);
  before.write('NOOP\r\n');
  assert.match(await firstLine(before), /^250 /);
  leaving.write('NOOP\r\n');
  assert.match(await firstLine(leaving), /^[+-]/);

  await reload(
    server,
    changed.replace('nuevo.valija.test', 'malo.valija.test"\nmessage_size_limt = "5'),
    /not reloaded/,
  );
  await untilLogged(server, /message_size_limt.*did you mean message_size_limit/);
  await reload(
    server,
    `virtual_mailbox_base = "otra"\n${changed}`,
    /virtual_mailbox_base: this changes at a restart only/,
  );
  const taken = changed.replace(`port = ${opened}`, `port = ${smtp}`);
  await reload(server, taken, /not reloaded.*another program has it/);
  assert.match(await firstLine(await arrive(smtp)), /nuevo\.valija\.test/);
  assert.match(await firstLine(await arrive(opened)), /^\* OK/);
  for (const client of [before, leaving]) client.destroy();
});

for (const role of ['worker', 'outbound']) {
  test(`the ${role} that ends over new settings leaves those in force, and the log says so`, async () => {
    // It kills itself when it hears of them.
    const code = `process.on('newListener', function hear(event) {
      if (event !== 'message' || !process.argv[1].endsWith('${role}/main.ts')) return;
      process.off('newListener', hear);
      process.on('message', ({ kind, text }) => {
        if (kind === 'settings' && text.includes('nuevo.valija.test')) process.kill(process.pid, 'SIGKILL');
      });
    });`;
    const preload = `--import data:text/javascript,${encodeURIComponent(code)}`;
    await using server = await startServer({ environment: { NODE_OPTIONS: preload } });
    const changed = readFileSync(server.configFile, 'utf8').replace('mail.valija.test', 'nuevo.valija.test');
    const said = new RegExp(`not reloaded, the settings in force stay: the ${role} ended .*SIGKILL`);
    await reload(server, changed, said);
    // The worker may have had them already, and gets back what it had.
    while (!/mail\.valija\.test/.test(await greeting(server))) await delay(10);
    assert.match(await deliver(server, USER1, 'Subject: uno\r\n\r\nhola\r\n'), /^250 /);
  });
}

test('a second request to stop does not wait for anybody', async () => {
  const server = await startServer();
  const sender = await arrive(server.ports.smtp);
  sender.on('error', () => undefined);
  await firstLine(sender);
  // In the middle of a message: who waits for nothing would be sent away at once.
  for (const line of ['HELO client.example.org', 'MAIL FROM:<>', `RCPT TO:<${USER1}>`, 'DATA']) {
    sender.write(`${line}\r\n`);
    assert.match(await firstLine(sender), /^[23]/);
  }
  const idle = await arrive(server.ports.smtp);
  await firstLine(idle);
  process.kill(server.supervisorPid, 'SIGTERM');
  assert.match(await firstLine(idle), /^421 /, 'the first has been heard');
  const heardMs = performance.now();
  await delay(SAME_REQUEST_MS + 100);
  assert.ok(isRunning(server.pid), 'the first lets sessions end');
  process.kill(server.supervisorPid, 'SIGTERM');
  await until('the end', () => !isRunning(server.pid) && !isRunning(server.supervisorPid));
  assert.ok(performance.now() - heardMs < STOP_GRACE_MS);
  await server[Symbol.asyncDispose]();
});

test('the worker ends when the supervisor is gone', async () => {
  const server = await startServer();
  process.kill(server.supervisorPid, 'SIGKILL');
  await until('the end of the worker', () => !isRunning(server.pid));
  await untilLogged(server, /terminating on the end of its supervisor/);
  await server[Symbol.asyncDispose]();
});

async function reload(server: RunningServer, settings: string, expected: RegExp): Promise<void> {
  const saidBefore = server.log().length;
  writeFileSync(server.configFile, settings);
  process.kill(server.supervisorPid, 'SIGHUP');
  await until(`the log to say ${expected}`, () => expected.test(server.log().slice(saidBefore)));
}

async function greeting(server: RunningServer): Promise<string> {
  const client = await arrive(server.ports.smtp);
  const line = await firstLine(client);
  client.destroy();
  return line;
}

async function arrive(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function untilRefused(port: number): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  for (let code = ''; code !== 'ECONNREFUSED'; await delay(10)) {
    assert.ok(performance.now() < endMs, 'connections are still taken');
    const socket = connect(port, '127.0.0.1');
    code = await new Promise((resolve) => {
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      socket.on('connect', () => resolve('connected'));
    });
    socket.destroy();
  }
}

async function firstLine(socket: Socket): Promise<string> {
  const [chunk] = await once(socket, 'data', { signal: AbortSignal.timeout(PATIENCE_MS) });
  return String(chunk);
}

/** The kernel shows it as the receive queue of a listening socket. */
function waitingToBeAccepted(port: number): number {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((row) => row.trim().split(/\s+/));
  const queues = rows.find((row) => row[1] === local && row[3] === '0A')?.[4] ?? '';
  return Number.parseInt(queues.split(':')[1] ?? '', 16);
}
