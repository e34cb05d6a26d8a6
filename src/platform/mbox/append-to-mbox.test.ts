import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lutimesSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { memoryContent } from '#platform/files/memory-content.ts';
import { appendToMbox, type MboxDelivery } from './append-to-mbox.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-mbox-'));
const path = join(folder, 'usuario1');
const OWN_UID = process.getuid?.() ?? 0;
const NOBODY = 65_534;
const DATE_MS = new Date(2026, 0, 5, 10, 0, 0).getTime();
after(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  for (const file of [path, `${path}.lock`, join(folder, 'other')]) rmSync(file, { recursive: true, force: true });
});

function deliver(text: string, rules: Partial<MboxDelivery> = {}) {
  const delivery: MboxDelivery = {
    path,
    ownerUid: OWN_UID,
    createMode: 0o600,
    dotlock: 'required',
    mailboxSizeLimit: 0,
    ...rules,
  };
  return appendToMbox(delivery, memoryContent(Buffer.from(text)), { sender: 'a@valija.test', dateMs: DATE_MS });
}

async function refusalOf(answer: ReturnType<typeof deliver>): Promise<string> {
  const result = await answer;
  assert.ok(!result.ok);
  return `${result.error.kind} ${result.error.status} ${result.error.text}`;
}

const FROM_LINE = 'From a@valija.test  Mon Jan  5 10:00:00 2026\n';

test('[C17] one message behind the other, each with its From_ line and an empty line after it', async () => {
  assert.deepEqual(await deliver('Subject: 1\r\n\r\nFrom me\r\n'), { ok: true, value: { offset: 0, sizeBytes: 67 } });
  await deliver('Subject: 2\r\n\r\nunended');
  assert.equal(
    readFileSync(path, 'utf8'),
    `${FROM_LINE}Subject: 1\n\n>From me\n\n${FROM_LINE}Subject: 2\n\nunended\n\n`,
  );
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(!existsSync(`${path}.lock`));
});

test('a line that another program left open does not swallow the message', async () => {
  for (const [before, between] of [
    ['From x\nA: b', '\n\n'],
    ['From x\nA: b\n', '\n'],
    ['From x\n\n', ''],
    ['\n', ''],
  ] as const) {
    writeFileSync(path, before);
    await deliver('x: y\r\n');
    assert.equal(readFileSync(path, 'utf8'), `${before}${between}${FROM_LINE}x: y\n\n`);
  }
});

test('no link, no directory, nothing with a second name, nothing of somebody else’s', async () => {
  const other = join(folder, 'other');
  writeFileSync(other, '');
  symlinkSync(other, path);
  assert.match(await refusalOf(deliver('x')), /^deferred 4\.2\.0 mailbox .* is a symbolic link$/);
  rmSync(path);
  linkSync(other, path);
  assert.match(await refusalOf(deliver('x')), /^deferred 4\.2\.0 mailbox .* has 2 hard links$/);
  rmSync(other);
  assert.match(
    await refusalOf(deliver('x', { ownerUid: OWN_UID + 1 })),
    /^deferred 4\.2\.0 destination .* is not owned by recipient$/,
  );
  assert.match(await refusalOf(deliver('x', { path: folder })), /^deferred 4\.3\.0 cannot open mailbox/);
  assert.equal(readFileSync(path, 'utf8'), '');
  rmSync(path);
  assert.match(await refusalOf(deliver('x', { createMode: undefined })), /^deferred 4\.2\.0 there is no mailbox/);
});

test('a mailbox at its limit bounces, and stays as it is', async () => {
  await deliver('x: y\r\n');
  const before = readFileSync(path, 'utf8');
  assert.match(
    await refusalOf(deliver('z'.repeat(50), { mailboxSizeLimit: before.length + 49 })),
    /^failed 5\.2\.2 cannot update mailbox .* mailbox_size_limit/,
  );
  assert.equal(readFileSync(path, 'utf8'), before);
});

test('a message that fails half-way leaves the file at its former size', async () => {
  await deliver('x: y\r\n');
  const before = readFileSync(path, 'utf8');
  const broken = {
    ...memoryContent(Buffer.alloc(100_000, 'x')),
    async *stream() {
      yield Buffer.alloc(50_000, 'x');
      throw Object.assign(new Error('No space left on device'), { code: 'ENOSPC' });
    },
  };
  const delivery = {
    path,
    ownerUid: OWN_UID,
    createMode: undefined,
    dotlock: 'required',
    mailboxSizeLimit: 0,
  } as const;
  const result = await appendToMbox(delivery, broken, { sender: '', dateMs: DATE_MS });
  assert.ok(!result.ok);
  assert.equal(`${result.error.kind} ${result.error.status}`, 'deferred 4.3.1');
  assert.equal(readFileSync(path, 'utf8'), before);
});

test('waits for a lock, gives up in time, and removes a stale one', async () => {
  const lockLimits = { waitMs: 150, staleMs: 60_000 };
  writeFileSync(`${path}.lock`, `${process.ppid}:${hostname()}`);
  assert.match(await refusalOf(deliver('x', { lockLimits })), /^deferred 4\.2\.0 unable to lock mailbox/);
  setTimeout(() => rmSync(`${path}.lock`), 50);
  assert.ok((await deliver('x', { lockLimits: { waitMs: 5000, staleMs: 60_000 } })).ok);
  for (const [owner, ageMs] of [
    [`999999999:${hostname()}`, 0],
    ['0', 61_000],
    ['', 61_000],
  ] as const) {
    writeFileSync(`${path}.lock`, owner);
    utimesSync(`${path}.lock`, (Date.now() - ageMs) / 1000, (Date.now() - ageMs) / 1000);
    assert.ok((await deliver('x', { lockLimits })).ok, owner);
  }
  assert.ok(!existsSync(`${path}.lock`));
});

test('whatever else lies where the lock file should be is waited for, and goes when it is stale', async () => {
  const lockLimits = { waitMs: 100, staleMs: 60_000 };
  const old = (Date.now() - 61_000) / 1000;
  const lock = `${path}.lock`;
  for (const make of [() => spawnSync('mkfifo', [lock]), () => symlinkSync(join(folder, 'nowhere'), lock)]) {
    make();
    assert.match(await refusalOf(deliver('x', { lockLimits })), /^deferred 4\.2\.0 unable to lock mailbox/);
    lutimesSync(lock, old, old);
    assert.ok((await deliver('x', { lockLimits })).ok);
  }
});

test('where no lock file can be made, fcntl is enough for whoever may have no more', async () => {
  // Root may write everywhere: for the time of the test we are somebody else then.
  const ownerUid = OWN_UID === 0 ? NOBODY : OWN_UID;
  writeFileSync(path, '', { mode: 0o600 });
  chownSync(path, ownerUid, process.getgid?.() ?? 0);
  chmodSync(folder, 0o555);
  try {
    process.seteuid?.(ownerUid);
    assert.match(await refusalOf(deliver('x', { ownerUid })), /unable to create lock file/);
    assert.ok((await deliver('x', { ownerUid, dotlock: 'where-permitted' })).ok);
  } finally {
    process.seteuid?.(OWN_UID);
    chmodSync(folder, 0o700);
  }
});

/** Appends as mutt and the like do: fcntl or a dotlock, in either order, and gives back what it has when the other is taken. */
const OTHER_WRITER = `
import fcntl, os, sys, time
path, name, count, first = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
def dotlock():
    try:
        os.close(os.open(path + '.lock', os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        return True
    except FileExistsError:
        return False
def take(file):
    while True:
        if first == 'fcntl':
            fcntl.lockf(file, fcntl.LOCK_EX)
            if dotlock(): return
            fcntl.lockf(file, fcntl.LOCK_UN)
        elif dotlock():
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError:
                os.unlink(path + '.lock')
        time.sleep(0.001)
for i in range(count):
    with open(path, 'ab') as file:
        take(file)
        file.write(b'From %s Sat Jan 16 18:22:00 2016\\nSubject: %s %d\\n\\n' % (name.encode(), name.encode(), i))
        file.flush()
        time.sleep(0.0005)
        file.write(b'body\\n' * 50 + b'\\n')
        file.flush()
        os.unlink(path + '.lock')
`;

test('[C17] two other programs write at the same time: no message is lost, none is mixed with another', async () => {
  writeFileSync(path, '');
  const others = ['fcntl', 'dotlock'].map((first) =>
    spawn('python3', ['-c', OTHER_WRITER, path, first, '100', first], { stdio: 'inherit' }),
  );
  const ends = others.map((other) => once(other, 'exit'));
  const body = 'body\r\n'.repeat(50);
  const ours = await Promise.all(
    Array.from({ length: 4 }, async (_, writer) => {
      for (let i = 0; i < 25; i++) assert.ok((await deliver(`Subject: own ${writer * 25 + i}\r\n\r\n${body}`)).ok);
    }),
  );
  assert.equal(ours.length, 4);
  assert.deepEqual(
    (await Promise.all(ends)).map(([code]) => code),
    [0, 0],
  );
  const messages = readFileSync(path, 'latin1')
    .split(/^From .*\n/m)
    .slice(1);
  assert.equal(messages.length, 300);
  for (const message of messages) assert.match(message, /^Subject: \w+ \d+\n\n(body\n){50}\n$/);
  const subjects = new Set(messages.map((message) => message.slice(0, message.indexOf('\n'))));
  assert.equal(subjects.size, 300);
});
