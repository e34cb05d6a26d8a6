import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { WorldError } from '#base/world-error.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import { DIALOG_LIMITS, deliver, type ImapWorld, imapWorld } from '../../../test/dialogs/imap/door.ts';
import type { PairClient } from '../../../test/world/connection-pair.ts';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import type { ImapDependencies } from './serve.ts';

async function loggedIn(world: ImapWorld, overrides: Partial<ImapDependencies> = {}, windowBytes = 65_536) {
  const session = world.connect({ implicitTls: true, windowBytes }, overrides);
  session.client.send('a LOGIN usuario1@valija.test "two words"\r\n');
  await session.client.waitFor('Logged in\r\n');
  return session;
}

async function ask(client: PairClient, command: string, tag = 'x'): Promise<string> {
  client.send(`${tag} ${command}\r\n`);
  let answer = '';
  for (;;) {
    const line = await client.readLine(60_000);
    if (line === undefined) return answer;
    answer += `${line}\n`;
    if (line.startsWith(`${tag} `)) return answer;
  }
}

/** The store with some of its calls replaced. */
function storeWith(store: MailStore, replaced: Partial<MailStore>): MailStore {
  return new Proxy(store, {
    get(target, name: keyof MailStore) {
      const own = replaced[name] ?? target[name];
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}

/** Messages are opened so, singly and many. */
function opening(openMessage: MailStore['openMessage']): Partial<MailStore> {
  return {
    openMessage,
    async *openMessages(account, name, uids) {
      for (const uid of uids) {
        const content = await openMessage(account, name, uid);
        if (content !== undefined) yield { uid, content };
      }
    },
  };
}

function brokenDisk(): never {
  throw new WorldError('read index', { transient: true, cause: new Error('EIO /secret/path') });
}

test('a failing disk is «later», its detail is only in the log, and the session goes on', async () => {
  const world = await imapWorld();
  const mailStore = storeWith(world.store, { status: async () => brokenDisk() });
  const { client } = await loggedIn(world, { mailStore });
  const answer = await ask(client, 'STATUS INBOX (MESSAGES)');
  assert.equal(answer, 'x NO [UNAVAILABLE] The server cannot do that just now: try again later\n');
  assert.match(await ask(client, 'SELECT INBOX'), /x OK/);
  assert.ok(world.log.lines.some((line) => line.text.includes('EIO')));
});

test('a message that cannot be read spoils none of the responses before it', async () => {
  const world = await imapWorld();
  const { openMessage } = world.store;
  const openMost: typeof openMessage = async (account, name, uid) =>
    uid === 3 ? brokenDisk() : openMessage.call(world.store, account, name, uid);
  const mailStore = storeWith(world.store, opening(openMost));
  const { client } = await loggedIn(world, { mailStore });
  await ask(client, 'SELECT INBOX');
  const answer = await ask(client, 'FETCH 1:4 BODY.PEEK[TEXT]');
  assert.match(answer, /\* 1 FETCH.*\* 2 FETCH.*\nx NO \[UNAVAILABLE\]/s);
  assert.doesNotMatch(answer, /\* [34] FETCH/);
  assert.match(await ask(client, 'NOOP'), /x OK/);
});

test('a disk that fails behind an announced literal ends the connection', async () => {
  const large = `Subject: large\r\n\r\n${'x'.repeat(200_000)}`;
  const world = await imapWorld([large]);
  const openFailing: MailStore['openMessage'] = async () => ({
    sizeBytes: large.length,
    read: async (offset, lengthBytes) =>
      offset > 100_000 ? brokenDisk() : Buffer.from(large.slice(offset, offset + lengthBytes)),
    async *stream() {
      yield Buffer.from(large);
    },
    async [Symbol.asyncDispose]() {
      return undefined;
    },
  });
  const mailStore = storeWith(world.store, opening(openFailing));
  const { client, over } = await loggedIn(world, { mailStore });
  await ask(client, 'SELECT INBOX');
  client.send('x FETCH 1 BODY.PEEK[]\r\n');
  const answer = await client.readToEnd();
  assert.ok(answer.length < 200_000);
  assert.doesNotMatch(answer, /x (OK|NO)/);
  await over;
  assert.ok(world.log.lines.some((line) => line.level === 'error' && line.text.includes('EIO')));
});

test('a bug ends one session, with its stack in the log', async () => {
  const world = await imapWorld();
  const mailStore = storeWith(world.store, {
    listMailboxes: () => {
      throw new TypeError('oh no');
    },
  });
  const { client, over } = await loggedIn(world, { mailStore });
  client.send('x LIST "" *\r\n');
  assert.equal(await client.readLine(), undefined);
  await over;
  assert.ok(world.log.lines.some((line) => line.text.includes('serve.test.ts') && line.text.includes('oh no')));
});

test('the directory out of reach is never «wrong password»', async () => {
  const world = await imapWorld();
  world.directory.outOfReach = true;
  const { client } = world.connect({ implicitTls: true });
  await client.readLine();
  assert.match(await ask(client, 'LOGIN usuario1@valija.test "two words"'), /^x NO \[UNAVAILABLE\]/);
});

test('who says nothing is logged out, before login after three minutes, then after thirty', async () => {
  const world = await imapWorld();
  const { client, over } = world.connect({ implicitTls: true });
  await client.readLine();
  await turn();
  assert.equal(client.lastReadTimeoutMs, 180_000);
  client.letReadTimeOut();
  assert.match((await client.readLine()) ?? '', /^\* BYE Autologout/);
  await over;

  const second = await loggedIn(world);
  await ask(second.client, 'SELECT INBOX');
  second.client.send('i IDLE\r\n');
  await second.client.waitFor('+ idling\r\n');
  assert.equal(second.client.lastReadTimeoutMs, DIALOG_LIMITS.inactivityTimeoutMs);
  second.client.letReadTimeOut();
  assert.match((await second.client.readLine()) ?? '', /^\* BYE Autologout/);
  await second.over;
});

test('[C47] changes of other programs are looked for while a session idles', async () => {
  const world = await imapWorld();
  let looks = 0;
  const mailStore = storeWith(world.store, {
    refresh: async () => {
      looks++;
      if (looks === 4) await deliver(world.store, ['Subject: dropped into new/\r\n\r\n']);
    },
  });
  const { client } = await loggedIn(world, { mailStore, limits: { ...DIALOG_LIMITS, idleRefreshMs: 5 } });
  await ask(client, 'SELECT INBOX');
  client.send('i IDLE\r\n');
  assert.equal(await client.waitFor('EXISTS\r\n'), '+ idling\r\n* 5 EXISTS\r\n');
});

test('what happens while a mailbox is being opened is told afterwards', async () => {
  const world = await imapWorld();
  const { openMailbox } = world.store;
  const mailStore = storeWith(world.store, {
    openMailbox: async (account, name, access) => {
      const opened = await openMailbox.call(world.store, account, name, access);
      await deliver(world.store, ['Subject: in between\r\n\r\n']);
      return opened;
    },
  });
  const { client } = await loggedIn(world, { mailStore });
  assert.match(await ask(client, 'SELECT INBOX'), /\* 4 EXISTS/);
  assert.match(await ask(client, 'NOOP'), /^\* 5 EXISTS/);
});

test('a client that does not read holds its own answer back, and memory stays flat', async () => {
  const large = `Subject: large\r\n\r\n${'x'.repeat(3_000_000)}`;
  const world = await imapWorld([large]);
  const { client } = await loggedIn(world, {}, 64 * 1024);
  await ask(client, 'SELECT INBOX');
  client.send('x FETCH 1 BODY.PEEK[]\r\n');
  for (let i = 0; i < 50; i++) await turn();
  assert.equal(client.serverGone, false);
  const answer = await client.waitFor('x OK FETCH completed\r\n', 60_000);
  assert.ok(answer.length > 3_000_000);
});

test('the client vanishing within an APPEND leaves nothing behind [T7]', async () => {
  const world = await imapWorld();
  const { client, over } = await loggedIn(world);
  client.send('x APPEND INBOX {5000+}\r\nSubject: half\r\n');
  await turn();
  client.reset();
  await over;
  assert.equal(world.contentStore.openWriters, 0);
});

test('[T5] [T23] a line without end is cut off before login, whatever is in it', async () => {
  const world = await imapWorld();
  for (const octet of ['(', 'a', '"']) {
    const { client, over } = world.connect({ implicitTls: true });
    await client.readLine();
    client.send(`a LOGIN ${octet.repeat(1_000_000)}`);
    assert.equal(await client.readToEnd(), 'a BAD Line too long\r\n* BYE Line too long\r\n');
    await over;
  }
});

test('[T22] what follows an APPEND and cannot be skipped ends the connection', async () => {
  const world = await imapWorld();
  const { client, over } = await loggedIn(world);
  client.send('x APPEND INBOX {5+}\r\nhello {4000000000+}\r\n');
  assert.equal(await client.readToEnd(), '');
  await over;
  assert.equal(world.contentStore.openWriters, 0);
});

test('nonsense of all kinds is answered, and the session lives [T8]', async () => {
  const world = await imapWorld();
  const { client } = await loggedIn(world);
  await ask(client, 'SELECT INBOX');
  const nonsense = ['FETCH', 'FETCH 1 (', 'SEARCH ((((', 'UID NONSENSE 1', 'STORE 1 FLAGS', 'LIST', 'CREATE "\u0000"'];
  for (const line of nonsense) assert.match(await ask(client, line), /x (BAD|NO) /, line);
  client.send(Buffer.from('y SELECT "\xed\xa0\x80"\r\n', 'latin1'));
  assert.match((await client.readLine()) ?? '', /^y BAD/);
  assert.match(await ask(client, 'NOOP'), /x OK/);
});

test('100,000 messages: flags within a second, search by flags, and no turn is held for long', async () => {
  const world = await imapWorld([]);
  const messages = Array.from({ length: 2_000 }, () => 'Subject: x\r\n\r\ny\r\n');
  for (let i = 0; i < 50; i++) await deliver(world.store, messages);
  const { client } = await loggedIn(world, {}, 1 << 28);
  await ask(client, 'SELECT INBOX');
  const startedAt = threadCpuMs();
  client.send('x FETCH 1:* (UID FLAGS RFC822.SIZE)\r\ny SEARCH RETURN (COUNT) UNSEEN SMALLER 100\r\n');
  const answer = await client.waitFor('y OK SEARCH completed\r\n', 60_000);
  const tookMs = threadCpuMs() - startedAt;
  assert.match(answer, /\* 100000 FETCH \(UID 100000 FLAGS \(\\Recent\) RFC822.SIZE 17\)\r\nx OK/);
  assert.match(answer, /\* ESEARCH \(TAG "y"\) COUNT 99900\r\n/);
  assert.ok(tookMs < 5_000, `took ${tookMs} ms`);
});
