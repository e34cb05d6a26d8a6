// The maildrop folder: what a user drops is posted in that user's name, once, and what is not as it should be is set
// aside and stops nothing.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { WorldError } from '#base/world-error.ts';
import type { LocalMessage } from '#mail/acceptance/posting.ts';
import { readWhole } from '#platform/files/read-whole.ts';
import { memoryContentStore } from '../../../test/world/content.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { type DropHead, formatDropHead, parseDropHead } from './drop-head.ts';
import { freshDropName, unfinishedName } from './drop-names.ts';
import { DropWriter } from './drop-writer.ts';
import { type MaildropLimits, openMaildrop } from './open-maildrop.ts';

const UID = process.getuid?.() ?? 0;
const HEAD: DropHead = {
  user: 'usuario1',
  sender: undefined,
  fullName: undefined,
  recipients: ['usuario2'],
  notify: undefined,
  ret: undefined,
  envid: undefined,
};

interface PostedMessage {
  readonly message: LocalMessage;
  readonly octets: string;
}

function openWorld(context: TestContext) {
  const base = mkdtempSync(join(tmpdir(), 'valija-maildrop-'));
  const folder = join(base, 'maildrop');
  const damagedFolder = join(base, 'maildrop-damaged');
  mkdirSync(folder);
  context.after(() => rmSync(base, { recursive: true }));
  const posted: PostedMessage[] = [];
  const log = collectingLog();
  const world = { refusals: 0 };
  const contentStore = memoryContentStore();
  const open = (limits: Partial<MaildropLimits> = {}) =>
    openMaildrop({
      folder,
      damagedFolder,
      messageSizeLimit: 10_000,
      users: {
        find: async (name) => {
          if (name !== 'usuario1') return undefined;
          return { name, uid: UID, gid: UID, fullName: 'Usuario Uno', home: '/', shell: '/bin/sh' };
        },
      },
      contentStore,
      log,
      limits: { lookEveryMs: 20, ...limits },
      post: async (message) => {
        if (world.refusals-- > 0) throw new WorldError('post a message', { transient: true });
        posted.push({ message, octets: (await readWhole(message.content)).toString() });
        return { queueId: '4XyZ123456z0Abc', refused: [] };
      },
    });
  const drop = async (head: DropHead, text: string) => {
    await using writer = await DropWriter.open(folder, head);
    await writer.write(Buffer.from(text));
    await writer.finish();
  };
  const plant = (octets: string | Buffer) => {
    const path = join(folder, freshDropName());
    writeFileSync(path, octets);
    return path;
  };
  return { base, folder, damagedFolder, posted, log, world, contentStore, open, drop, plant };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !isTrue(); i++) await wait(10);
  assert.ok(isTrue());
}

test('[C14] what was dropped while no server ran, and while one runs, is posted in the name of its owner', async (context) => {
  const { folder, posted, log, contentStore, open, drop } = openWorld(context);
  await drop({ ...HEAD, sender: '', fullName: 'Cron', notify: ['SUCCESS'], ret: 'HDRS', envid: 'Q 1' }, 'A: ñ\r\n\r\n');
  await using _maildrop = open({ lookEveryMs: 60_000 });
  await until(() => posted.length === 1);
  assert.equal(statSync(folder).mode & 0o7777, 0o1733);
  // Heard by the watch: the next look is a minute away.
  await drop(HEAD, 'B: b\r\n\r\n');
  await until(() => posted.length === 2 && readdirSync(folder).length === 0);
  const [first, second] = posted;
  assert.equal(first?.octets, 'A: ñ\r\n\r\n');
  assert.partialDeepStrictEqual(first?.message, {
    user: { name: 'usuario1', uid: UID, fullName: 'Usuario Uno' },
    sender: '',
    fullName: 'Cron',
    recipients: [{ address: 'usuario2', parameters: { notify: ['SUCCESS'], orcpt: undefined } }],
    parameters: { body: '8BITMIME', smtpUtf8: false, dsn: { ret: 'HDRS', envid: 'Q 1' } },
  });
  assert.equal(second?.message.sender, undefined);
  assert.equal(second?.message.parameters.body, '7BIT');
  assert.match(log.text(), new RegExp(`info pickup: 4XyZ123456z0Abc: uid=${UID} from=<usuario1>`));
  assert.equal(contentStore.openWriters, 0);
});

test('a file stays until its message is promised', async (context) => {
  const { folder, posted, world, open, drop } = openWorld(context);
  world.refusals = 2;
  await drop(HEAD, 'A: a\r\n\r\n');
  await using _maildrop = open({ retryAfterMs: 30 });
  await until(() => world.refusals === 1);
  assert.equal(readdirSync(folder).length, 1);
  await until(() => readdirSync(folder).length === 0);
  assert.equal(posted.length, 1);
});

test('closing waits for what is being posted, and takes nothing new', async (context) => {
  const { folder, posted, open, drop } = openWorld(context);
  for (let i = 0; i < 50; i++) await drop(HEAD, `N: ${i}\r\n\r\n`);
  const maildrop = open({ atOnce: 2 });
  await until(() => posted.length > 0);
  await maildrop[Symbol.asyncDispose]();
  const left = readdirSync(folder).length;
  assert.equal(left + posted.length, 50);
  await wait(60);
  assert.equal(readdirSync(folder).length, left);
});

test('what is no honest file is set aside with its reason; its neighbours are posted', async (context) => {
  const { base, folder, damagedFolder, posted, log, open, drop, plant } = openWorld(context);
  const good = formatDropHead(HEAD);
  const outside = join(base, 'outside');
  writeFileSync(outside, `${good}A: a\r\n\r\n`);
  symlinkSync(outside, join(folder, freshDropName()));
  linkSync(outside, join(folder, freshDropName()));
  execFileSync('mkfifo', [join(folder, freshDropName())]);
  plant('');
  plant('no JSON at all\nA: a\r\n\r\n');
  plant('{"version":2}\n');
  plant(Buffer.concat([good, Buffer.alloc(10_001, 'x')]));
  plant(Buffer.alloc(1_200_000, 'x'));
  plant(formatDropHead({ ...HEAD, user: 'root-is-what-i-say-i-am' }));
  writeFileSync(join(folder, 'hola'), good);
  await drop(HEAD, 'A: neighbour\r\n\r\n');
  await using _maildrop = open();
  await until(() => readdirSync(folder).length === 0);
  assert.deepEqual(
    posted.map(({ octets }) => octets),
    ['A: neighbour\r\n\r\n'],
  );
  assert.equal(readdirSync(damagedFolder).length, 10);
  const lines = log.text();
  for (const reason of [
    'it is a symbolic link',
    'it has more than one name',
    'it is no regular file',
    'its first line has no end',
    'its first line is no JSON object',
    'its version is unknown',
    'it is larger than 10000 octets',
    'says that user root-is-what-i-say-i-am wrote it',
    'its name is none of ours',
  ]) {
    assert.ok(lines.includes(reason), reason);
  }
});

test('the owner of the file decides, not what it says', { skip: UID !== 0 && 'needs root' }, async (context) => {
  const { posted, log, open, plant } = openWorld(context);
  const path = plant(Buffer.concat([formatDropHead(HEAD), Buffer.from('A: a\r\n\r\n')]));
  chownSync(path, 12_345, 12_345);
  await using _maildrop = open();
  await until(() => !existsSync(path));
  assert.equal(posted.length, 0);
  assert.match(
    log.text(),
    /of uid 12345 is set aside: it says that user usuario1 wrote it, but its owner has uid 12345/,
  );
});

test('a folder that somebody made there is complained of once; unfinished files are swept when they are old', async (context) => {
  const { folder, log, open, drop, posted } = openWorld(context);
  const young = join(folder, unfinishedName(freshDropName()));
  const old = join(folder, unfinishedName(freshDropName()));
  writeFileSync(young, '');
  writeFileSync(old, '');
  utimesSync(old, new Date(0), new Date(0));
  mkdirSync(join(folder, 'folder'));
  await using _maildrop = open();
  await until(() => !existsSync(old));
  for (let i = 0; i < 3; i++) await drop(HEAD, 'A: a\r\n\r\n');
  await until(() => posted.length === 3);
  assert.ok(existsSync(young));
  assert.equal(log.lines.filter(({ text }) => text.includes('maildrop file folder')).length, 1);
});

test('a writer that is given up leaves nothing', async (context) => {
  const { folder } = openWorld(context);
  {
    await using writer = await DropWriter.open(folder, HEAD);
    await writer.write(Buffer.from('half a mess'));
    assert.equal(readdirSync(folder).length, 1);
  }
  assert.deepEqual(readdirSync(folder), []);
});

test('the head line is read as a stranger’s', () => {
  const line = (change: object) => Buffer.from(JSON.stringify({ version: 1, ...HEAD, ...change }));
  assert.deepEqual(parseDropHead(line({})), { ok: true, value: HEAD });
  const bad: readonly (readonly [object, string])[] = [
    [{ user: 7 }, 'it names no user'],
    [{ user: 'a\nb' }, 'it names no user'],
    [{ sender: [] }, 'its sender or full name is no text'],
    [{ fullName: 'a\r\nBcc: b' }, 'its sender or full name is no text'],
    [{ recipients: [] }, 'it has no recipients'],
    [{ recipients: 'root' }, 'it has no recipients'],
    [{ recipients: ['x'.repeat(1_001)] }, 'it has no recipients'],
    [{ recipients: Array(10_001).fill('a') }, 'it has no recipients'],
    [{ notify: ['NEVER', 'SUCCESS'] }, 'its NOTIFY is unknown'],
    [{ notify: ['ALWAYS'] }, 'its NOTIFY is unknown'],
    [{ ret: 'BODY' }, 'its RET is unknown'],
    [{ envid: 'ñ' }, 'its ENVID is none'],
  ];
  for (const [change, error] of bad) assert.deepEqual(parseDropHead(line(change)), { ok: false, error });
});
