import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { SEEN } from '#mail/mailboxes/flags.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import { DEFAULT_POP3_LIMITS } from '#protocols/pop3/limits.ts';
import { clientProof } from '#protocols/sasl/scram-keys.ts';
import { deliver, MESSAGES, pop3World, USUARIO1 } from '../../../test/dialogs/pop3/door.ts';
import type { PairClient } from '../../../test/world/connection-pair.ts';
import { feedings } from '../../../test/world/feed.ts';
import { DEFAULT_POP3_TIMES } from './serve.ts';

const LOGIN = 'AUTH PLAIN AHVzdWFyaW8xAHR3byB3b3Jkcw==\r\n';

/** The store, but for what is given: a disk that fails in one place. */
function failing(store: MailStore, broken: Partial<MailStore>): MailStore {
  return new Proxy(store, {
    get(target, name) {
      const own = Reflect.get(broken, name) ?? Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}

async function logIn(client: PairClient): Promise<void> {
  await client.readLine();
  client.send(LOGIN);
  assert.match((await client.readLine()) ?? '', /^\+OK /);
}

async function exchange(client: PairClient, line: string): Promise<string | undefined> {
  client.send(`${line}\r\n`);
  return client.readLine();
}

test('[C46] [C56] SCRAM-SHA-256 logs in, and the server’s proof comes before its +OK', async () => {
  const world = await pop3World();
  const { client } = world.connect({ implicitTls: true });
  await client.readLine();
  const challenge = await exchange(client, `AUTH SCRAM-SHA-256 ${base64('n,,n=usuario1@valija.test,r=abc')}`);
  const serverFirst = Buffer.from(challenge?.slice(2) ?? '', 'base64').toString();
  const [, nonce = '', salt = '', iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? [];
  const salted = pbkdf2Sync('two words', Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const withoutProof = `c=biws,r=${nonce}`;
  const proof = clientProof('sha256', salted, `n=usuario1@valija.test,r=abc,${serverFirst},${withoutProof}`);
  const last = await exchange(client, base64(`${withoutProof},p=${proof.toString('base64')}`));
  assert.match(Buffer.from(last?.slice(2) ?? '', 'base64').toString(), /^v=/);
  assert.match((await exchange(client, '')) ?? '', /^\+OK Logged in, 3 messages/);
  assert.equal(world.journeys.ofKind('authenticated')[0]?.mechanism, 'SCRAM-SHA-256');
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

test('[C46] mail left on the server keeps its unique id, whatever comes and goes around it', async () => {
  const world = await pop3World();
  const idsSeen = async () => {
    const { client, over } = world.connect({ implicitTls: true });
    await logIn(client);
    client.send('UIDL\r\nQUIT\r\n');
    const ids = (await client.readToEnd()).split('\r\n').filter((line) => /^\d+ /.test(line));
    await over;
    return ids.map((line) => line.split(' ')[1]);
  };
  const before = await idsSeen();
  assert.deepEqual(await idsSeen(), before);
  await world.store.expunge(USUARIO1, 'INBOX', Uint32Array.of(1));
  await deliver(world.store, ['Subject: new\r\n\r\n']);
  const after = await idsSeen();
  assert.deepEqual(after.slice(0, 2), before.slice(1));
  assert.equal(after.length, 3);
  assert.ok(!before.includes(after[2]));
});

test('[C46] a message that failed to be removed is said to be there, and still is', async () => {
  const world = await pop3World();
  const expunge = () => Promise.reject(new WorldError('unlink', { transient: true }));
  const { client, over } = world.connect({ implicitTls: true }, { mailStore: failing(world.store, { expunge }) });
  await logIn(client);
  await exchange(client, 'DELE 1');
  assert.match((await exchange(client, 'QUIT')) ?? '', /^-ERR \[SYS\/TEMP\] /);
  await over;
  const status = await world.store.status(USUARIO1, 'INBOX');
  assert.equal(status.ok && status.value.messages, MESSAGES.length);
  assert.match(world.log.text(), /error pop3: unlink/);
});

test('[C46] the maildrop is free again before QUIT is answered, and after a lost connection', async () => {
  const world = await pop3World();
  for (const ending of ['QUIT', 'reset', 'silence'] as const) {
    const { client, over } = world.connect({ implicitTls: true });
    await logIn(client);
    if (ending === 'QUIT') assert.equal(await exchange(client, 'QUIT'), '+OK Bye');
    else if (ending === 'reset') client.reset();
    else client.letReadTimeOut();
    if (ending !== 'QUIT') await over;
  }
  await logIn(world.connect({ implicitTls: true }).client);
});

test('[C46] a silent client is let go after ten minutes, and nothing it marked is removed', async () => {
  const world = await pop3World();
  const { client, over } = world.connect({ implicitTls: true });
  await logIn(client);
  await exchange(client, 'DELE 1');
  assert.equal(client.lastReadTimeoutMs, DEFAULT_POP3_TIMES.inactivityTimeoutMs);
  assert.ok(DEFAULT_POP3_TIMES.inactivityTimeoutMs >= 600_000);
  client.letReadTimeOut();
  await over;
  const status = await world.store.status(USUARIO1, 'INBOX');
  assert.equal(status.ok && status.value.messages, MESSAGES.length);
});

test('what was read is marked as seen at QUIT, as Dovecot does', async () => {
  const world = await pop3World();
  const { client, over } = world.connect({ implicitTls: true });
  await logIn(client);
  client.send('RETR 2\r\nTOP 1 0\r\nQUIT\r\n');
  await client.readToEnd();
  await over;
  const opened = await world.store.openMailbox(USUARIO1, 'INBOX', 'read-only');
  assert.ok(opened.ok);
  assert.deepEqual(
    [...opened.value.columns.flags].map((flags) => flags & SEEN),
    [0, SEEN, 0],
  );
});

test('a message that another session removed meanwhile', async () => {
  const world = await pop3World();
  const { client } = world.connect({ implicitTls: true });
  await logIn(client);
  await world.store.expunge(USUARIO1, 'INBOX', Uint32Array.of(2));
  assert.match((await exchange(client, 'RETR 2')) ?? '', /^-ERR /);
  assert.match((await exchange(client, 'RETR 1')) ?? '', /^\+OK /);
});

test('[C46] another mailbox in the place of the one that was opened loses none of its messages', async () => {
  const world = await pop3World();
  let isReplaced = false;
  const status: MailStore['status'] = async (...place) => {
    const found = await world.store.status(...place);
    return found.ok && isReplaced ? { ok: true, value: { ...found.value, uidValidity: 4_711 } } : found;
  };
  const { client, over } = world.connect({ implicitTls: true }, { mailStore: failing(world.store, { status }) });
  await logIn(client);
  await exchange(client, 'DELE 1');
  isReplaced = true;
  assert.match((await exchange(client, 'QUIT')) ?? '', /^-ERR \[SYS\/TEMP\] /);
  await over;
  const left = await world.store.status(USUARIO1, 'INBOX');
  assert.equal(left.ok && left.value.messages, MESSAGES.length);
});

test('a message that cannot be read to its end never looks whole', async () => {
  const world = await pop3World();
  const openMessage: MailStore['openMessage'] = async () => ({
    sizeBytes: 1_000,
    read: async () => Buffer.alloc(0),
    async *stream() {
      yield Buffer.from('Subject: half\r\n\r\nhalf of');
      throw new WorldError('read message', { transient: true });
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
    },
  });
  let disposed = false;
  const { client, over } = world.connect({ implicitTls: true }, { mailStore: failing(world.store, { openMessage }) });
  await logIn(client);
  client.send('RETR 1\r\n');
  const got = await client.readToEnd();
  assert.equal(got, '+OK 38 octets\r\nSubject: half\r\n\r\nhalf of');
  await over;
  assert.ok(disposed);
  assert.match(world.log.text(), /error pop3: read message/);
});

test('a store out of reach is a reply, and the session goes on', async () => {
  const world = await pop3World();
  let broken = true;
  const openMailbox: MailStore['openMailbox'] = (...args) =>
    broken ? Promise.reject(new WorldError('open', { transient: true })) : world.store.openMailbox(...args);
  const { client } = world.connect({ implicitTls: true }, { mailStore: failing(world.store, { openMailbox }) });
  await client.readLine();
  assert.match((await exchange(client, LOGIN.trim())) ?? '', /^-ERR \[SYS\/TEMP\] /);
  broken = false;
  assert.match((await exchange(client, LOGIN.trim())) ?? '', /^\+OK /);
});

test('a directory out of reach is not a wrong password', async () => {
  const world = await pop3World();
  world.directory.outOfReach = true;
  const { client } = world.connect({ implicitTls: true });
  await client.readLine();
  assert.match((await exchange(client, LOGIN.trim())) ?? '', /^-ERR \[SYS\/TEMP\] /);
});

test('a bug ends one session, with its stack in the log', async () => {
  const world = await pop3World();
  const refresh = () => Promise.reject(new TypeError('bug'));
  const { client, over } = world.connect({ implicitTls: true }, { mailStore: failing(world.store, { refresh }) });
  await client.readLine();
  client.send(LOGIN);
  assert.equal(await client.readToEnd(), '');
  await over;
  assert.match(world.log.text(), /error pop3: TypeError: bug\n +at /);
  await logIn(world.connect({ implicitTls: true }).client);
});

test('[T5] megabytes without a line end: told, closed, not kept', async () => {
  const world = await pop3World();
  const { client, over } = world.connect({ implicitTls: true });
  await client.readLine();
  const chunk = Buffer.alloc(65_536, 0x78);
  for (let i = 0; i < 64; i += 1) client.send(chunk);
  assert.equal(await client.readToEnd(), '-ERR The line is too long\r\n');
  await over;
});

test('[T4] a whole session, cut at every place', async () => {
  const script = Buffer.from(`CAPA\r\n${LOGIN}STAT\r\nUIDL\r\nTOP 1 1\r\nRETR 2\r\nQUIT\r\n`);
  let expected: string | undefined;
  for (const { name, chunks } of feedings(script, 32)) {
    const { client } = (await pop3World()).connect({ implicitTls: true });
    for (const chunk of chunks) client.send(chunk);
    const got = await client.readToEnd();
    expected ??= got;
    assert.equal(got, expected, name);
  }
  assert.match(expected ?? '', /\+OK Bye\r\n$/);
});

test('[T24] a refusal that is held back, and bad SASL, hold up nobody else', async () => {
  let heldBack = 0;
  const world = await pop3World({
    delay: () => {
      heldBack += 1;
      return new Promise(() => undefined);
    },
  });
  const guesser = world.connect({ implicitTls: true }).client;
  guesser.send(`AUTH PLAIN ${base64('\0usuario1\0wrong')}\r\nNOOP\r\n`);
  for (let i = 0; i < 200; i += 1) world.connect({ implicitTls: true }).client.send('AUTH PLAIN\r\n%%%%\r\n');
  await logIn(world.connect({ implicitTls: true }).client);
  assert.equal(heldBack, 1);
  assert.equal(await guesser.readLine(), '+OK mail.valija.test Valija POP3 ready');
});

test('short messages and replies to pipelined commands share writes', async () => {
  const world = await pop3World();
  const { client } = world.connect({ implicitTls: true });
  await logIn(client);
  client.send('RETR 1\r\nRETR 2\r\nSTAT\r\n');
  const first = await client.read(60_000);
  assert.match(first?.toString() ?? '', /^\+OK 38 octets\r\n.*\r\n\.\r\n\+OK 3 100\r\n$/s);
});

test('[T7] a connection lost at any octet leaves no lock, and removes nothing', async () => {
  const world = await pop3World();
  const script = `${LOGIN}RETR 2\r\nDELE 1\r\nQUIT\r`;
  for (let length = 0; length <= script.length; length += 1) {
    const { client, over } = world.connect({ implicitTls: true });
    client.send(script.slice(0, length));
    await client.readLine();
    if (length % 2 === 0) client.reset();
    else client.close();
    await over;
  }
  const { client } = world.connect({ implicitTls: true });
  await logIn(client);
  assert.equal(await exchange(client, 'STAT'), '+OK 3 100');
});

test('[T3] a handshake that fails ends the session', async () => {
  const world = await pop3World();
  const { client, over } = world.connect({ failTls: true });
  await client.readLine();
  assert.match((await exchange(client, 'STLS')) ?? '', /^\+OK /);
  await assert.rejects(client.startTls());
  await over;
});

test('what a session did stands in the log, in Dovecot’s words', async () => {
  const world = await pop3World();
  const { client, over } = world.connect({ implicitTls: true });
  await logIn(client);
  client.send('RETR 1\r\nTOP 2 0\r\nDELE 1\r\nQUIT\r\n');
  await client.readToEnd();
  await over;
  const line = world.log.lines.find(({ area }) => area === 'pop3');
  assert.equal(line?.text, `user=<${USUARIO1}>: Logged out top=1/16, retr=1/38, del=1/3, size=100`);
});

test('a message much larger than the window is held back by the client, and arrives whole', async () => {
  const body = `${'.'.repeat(70)}\r\n`.repeat(20_000);
  const world = await pop3World({ messages: [`Subject: large\r\n\r\n${body}`] });
  const { client } = world.connect({ implicitTls: true, windowBytes: 10_000 });
  await logIn(client);
  client.send('RETR 1\r\nQUIT\r\n');
  const got = await client.readToEnd();
  const received = got.slice(got.indexOf('\r\n') + 2, got.indexOf('\r\n.\r\n') + 2);
  assert.equal(received.replace(/^\./gm, ''), `Subject: large\r\n\r\n${body}`);
});

test('who has not logged in within three minutes is let go, however slowly the octets come', async () => {
  const world = await pop3World();
  const { client, over } = world.connect({ implicitTls: true });
  await client.waitFor('ready');
  for (let minute = 0; minute < 2; minute += 1) {
    world.clock.advance(60_000);
    client.send('N');
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(client.lastReadTimeoutMs, 60_000);
  client.letReadTimeOut();
  await over;
});

test('commands that lead to no login are enough at some point, and answers to mistakes are held back', async () => {
  const waits: number[] = [];
  const delay = async (ms: number) => void waits.push(ms);
  const world = await pop3World();
  const limits = { ...DEFAULT_POP3_LIMITS, idleCommands: 5, softMistakes: 2, mistakes: 3 };
  const { client, over } = world.connect({ implicitTls: true }, { limits, delay });
  client.send('CAPA\r\n'.repeat(20));
  const heard = await client.readToEnd();
  assert.equal(heard.match(/^\+OK/gm)?.length, 6, 'the greeting and five');
  assert.match(heard, /-ERR Too many mistakes\r\n$/);
  assert.deepEqual(waits, [1_000, 1_000]);
  await over;
});
