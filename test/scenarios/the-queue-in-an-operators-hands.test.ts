// `valija queue …` and `mailq` against a server whose mail cannot leave: what waits is found, held, released, given back,
// thrown away and watched.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import type { QueuedMessageListing } from '#mail/ports/queue-admin.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { type MailSink, openSink } from '../world/mail-sink.ts';
import { PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { queueIsEmpty, valija } from '../world/valija-command.ts';

const NETWORK = `127.${30 + (process.pid % 200)}.${(process.pid >> 8) % 250}`;
const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

let sink: MailSink;
let server: RunningServer;
before(async () => {
  sink = await openSink({ address: `${NETWORK}.1` });
  await sink.close();
  const next = `smtp:[${NETWORK}.1]:${sink.port}`;
  server = await startServer({ settings: `transport_maps = ["inline:{example.org=${next}, example.net=${next}}"]\n` });
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

async function send(sender: string, ...recipients: string[]): Promise<void> {
  using talk = await openSmtp(server, 'smtp');
  assert.match(await talk.bring(sender, recipients, 'Subject: hola\r\n\r\nhola\r\n'), /^250 /);
}

/** First recipients and states of what `queue list` finds. */
async function listed(...options: string[]): Promise<string[]> {
  const { output, errors } = await valija(server, 'queue', 'list', '--json', ...options);
  assert.equal(errors, '');
  const messages: QueuedMessageListing[] = JSON.parse(output);
  return messages.map(({ recipients, state }) => `${recipients[0]?.address} ${state}`);
}

async function idOf(recipient: string): Promise<string> {
  const { output } = await valija(server, 'queue', 'list', '--json', '--recipient', recipient);
  const messages: QueuedMessageListing[] = JSON.parse(output);
  return messages[0]?.queueId ?? '';
}

function notices() {
  return readMailbox(server, { address: USER2, password: PASSWORD });
}

test('[C14] what waits is found by sender, recipient, domain, age and state, and shown with its reason', async () => {
  await send(USER1, 'ana@example.org');
  await send(USER1, 'bea@example.net', 'carl@example.net');
  await send(USER2, 'dora@example.org');
  await until('three deferred', async () => (await listed('--state', 'deferred')).length === 3);
  assert.deepEqual(await listed('--sender', USER2.toUpperCase()), ['dora@example.org deferred']);
  assert.deepEqual(await listed('--recipient', 'carl@example.net'), ['bea@example.net deferred']);
  assert.deepEqual(await listed('--domain', 'example.org'), ['ana@example.org deferred', 'dora@example.org deferred']);
  assert.deepEqual(await listed('--domain', 'example.org', '--sender', USER1), ['ana@example.org deferred']);
  assert.deepEqual(await listed('--older-than', '1d'), []);
  assert.deepEqual(await listed('--limit', '1', '--after', await idOf('ana@example.org')), [
    'bea@example.net deferred',
  ]);
  const shown = await valija(server, 'queue', 'show', await idOf('bea@example.net'));
  assert.match(shown.output, /carl@example\.net[\s\S]*connect to .*: Connection refused/);
  const { output } = await valija(server, 'mailq');
  assert.match(output, /^-Queue ID-.*\n[\s\S]*\n-- \d+ Kbytes in 3 Requests\.\n$/);
});

test('[C21] an action names what it concerns: ids, a filter, or all; the exit code says whether there was any', async () => {
  assert.equal((await valija(server, 'queue', 'delete')).code, 64);
  assert.equal((await valija(server, 'queue', 'delete', '--all', '--sender', USER1)).code, 64);
  assert.equal((await valija(server, 'queue', 'delete', '--recipient', 'nadie@example.org')).code, 66);
  assert.equal((await listed()).length, 3);
});

test('[C14] held until it is released, whatever else is flushed', async () => {
  const id = await idOf('ana@example.org');
  assert.match((await valija(server, 'queue', 'hold', id)).output, /1/);
  assert.deepEqual(await listed('--state', 'hold'), ['ana@example.org hold']);
  assert.match((await valija(server, 'mailq')).output, new RegExp(`^${id}! `, 'm'));
  await sink.open();
  assert.equal((await valija(server, 'queue', 'retry', '--recipient', 'bea@example.net')).code, 0);
  await until('the other has left', () => sink.messages.length === 1);
  assert.deepEqual(sink.messages[0]?.recipients, ['bea@example.net', 'carl@example.net']);
  await sink.close();
  assert.equal((await valija(server, 'queue', 'release', id)).code, 0);
  await until('tried again', async () => (await listed('--state', 'deferred')).length === 2);
});

test('[C21] given back to its sender with what the last attempt said; thrown away, nobody is told', async () => {
  assert.equal((await valija(server, 'queue', 'bounce', '--sender', USER2)).code, 0);
  await until('the return', async () => (await notices()).messages.length === 1);
  assert.match((await notices()).messages[0]?.text ?? '', /dora@example\.org[\s\S]*Connection refused/);
  assert.equal((await valija(server, 'queue', 'delete', '--all')).code, 0);
  await until('an empty queue', () => queueIsEmpty(server));
  assert.equal((await readMailbox(server, { address: USER1, password: PASSWORD })).messages.length, 0);
  assert.match((await valija(server, 'mailq')).output, /^Mail queue is empty\n$/);
});

test('[C21] flushed, everything that waits leaves; the live view follows it', async () => {
  await send(USER1, 'ana@example.org');
  await until('a deferral', async () => (await listed('--state', 'deferred')).length === 1);
  const watching = spawn(process.execPath, [MAIN, '--config', server.configFile, '--json', 'queue', 'watch'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const seen: { readonly messages: number; readonly destinations: readonly { readonly destination: string }[] }[] = [];
  createInterface({ input: watching.stdout }).on('line', (line) => void seen.push(JSON.parse(line)));
  await until('a look', () => seen.at(-1)?.messages === 1);
  await sink.open();
  assert.equal((await valija(server, 'queue', 'flush')).code, 0);
  await until('it is gone', () => seen.at(-1)?.messages === 0);
  const ended = once(watching, 'exit');
  watching.kill('SIGINT');
  await ended;
  assert.equal(sink.messages.length, 2);
});
