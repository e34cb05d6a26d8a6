// The store beside the programs that people have: others deliver, mark and delete in the same mbox.

import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { ANSWERED, DELETED, FLAGGED, SEEN } from '#mail/mailboxes/flags.ts';
import type { AccountId } from '#mail/ports/account.ts';
import { contractPreparation } from '#mail/ports/mail-store/fixture.contract.ts';
import type { MailboxChange, MailboxSnapshot, MailStore } from '#mail/ports/mail-store.ts';
import { openContentStore } from '#platform/files/content-store.ts';
import { createMboxStore } from './mbox-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-mbox-others-'));
const inbox = join(folder, 'usuario1');
const ACCOUNT = 'usuario1@valija.test' as AccountId;
const OWN_UID = process.getuid?.() ?? 0;
const contents = openContentStore({ folder: join(folder, 'contents') });
after(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  for (const file of [inbox, `${inbox}.lock`, join(folder, 'mail')]) rmSync(file, { recursive: true, force: true });
});

function openStore(): MailStore {
  return createMboxStore({
    placesOf: () => ({ inbox, folder: join(folder, 'mail') }),
    clock: { nowMs: () => Date.now() },
    randomness: { bytes: (count) => randomBytes(count) },
    log: { write: () => undefined },
    prepare: contractPreparation,
    contents,
  });
}

async function look(store: MailStore): Promise<MailboxSnapshot> {
  const opened = await store.openMailbox(ACCOUNT, 'INBOX', 'read-only');
  assert.ok(opened.ok);
  return opened.value;
}

async function textOf(store: MailStore, uid: number): Promise<string> {
  await using content = await store.openMessage(ACCOUNT, 'INBOX', uid);
  assert.ok(content, `no message ${uid}`);
  return (await content.read(0, content.sizeBytes)).toString();
}

const stored = (subject: string, more = '') =>
  `From ana@example.org  Mon Jan  5 10:00:00 2026\n${more}Subject: ${subject}\n\nhello\n\n`;

/** Both locks, fcntl first as Debian's policy has it; `mutt_dotlock` makes the other one where it is installed. */
const WRITER = `
import fcntl, os, subprocess, sys, time
path, name, count, dotlock = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
def lock():
    if dotlock: return subprocess.run([dotlock, '-r', '1', path]).returncode == 0
    try:
        os.close(os.open(path + '.lock', os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        return True
    except FileExistsError:
        return False
def unlock():
    if dotlock: subprocess.run([dotlock, '-u', path], check=True)
    else: os.unlink(path + '.lock')
for i in range(count):
    with open(path, 'ab') as file:
        while True:
            fcntl.lockf(file, fcntl.LOCK_EX)
            if lock(): break
            fcntl.lockf(file, fcntl.LOCK_UN)
            time.sleep(0.002)
        file.write(b'From %s Sat Jan 16 18:22:00 2016\\nSubject: %s %d\\n\\n' % (name.encode(), name.encode(), i))
        file.flush()
        file.write(b'body\\n' * 20 + b'\\n')
        file.flush()
        unlock()
    time.sleep(0.004)
`;
const MUTT_DOTLOCK = '/usr/bin/mutt_dotlock';

test('[C17] two programs write 500 messages each while the reader deletes: none is lost, none is mixed with another', async (t) => {
  const dotlocks = ['', existsSync(MUTT_DOTLOCK) ? MUTT_DOTLOCK : ''];
  if (dotlocks[1] === '') t.diagnostic('mutt_dotlock is not installed: both writers make their lock files themselves');
  writeFileSync(inbox, '');
  const store = openStore();
  const writers = dotlocks.map((dotlock, i) =>
    spawn('python3', ['-c', WRITER, inbox, `writer${i}`, '500', dotlock], { stdio: 'inherit' }),
  );
  const ends = Promise.all(writers.map((writer) => once(writer, 'exit')));
  const ended = { now: false };
  void ends.then(() => {
    ended.now = true;
  });
  const seen = new Map<number, string>();
  const deleted: string[] = [];
  for (let isLast = false; !isLast; ) {
    isLast = ended.now;
    const { columns } = await look(store);
    for await (const { uid, content } of store.openMessages(ACCOUNT, 'INBOX', columns.uids)) {
      const text = (await content.read(0, content.sizeBytes)).toString();
      assert.match(text, /^Subject: writer\d \d+\r\n\r\n(body\r\n){20}$/);
      assert.equal(seen.get(uid) ?? text, text, 'a UID is one message for ever');
      seen.set(uid, text);
    }
    // Every other one, from the front.
    const going = columns.uids.filter((_, i) => i % 2 === 0).slice(0, 25);
    const gone = await store.expunge(ACCOUNT, 'INBOX', going);
    assert.ok(gone.ok);
    for (const uid of gone.value) deleted.push(seen.get(uid)!);
  }
  assert.deepEqual(
    (await ends).map(([code]) => code),
    [0, 0],
  );
  const left = [...(await look(store)).columns.uids].map((uid) => seen.get(uid)!);
  assert.equal(new Set([...left, ...deleted]).size, 1000);
  assert.equal(left.length + deleted.length, 1000);
  assert.ok(deleted.length > 50, `${deleted.length} deleted`);
});

test('UIDs stay through what others do, and through a restart; each change is told', async () => {
  writeFileSync(inbox, ['one', 'two', 'three'].map((subject) => stored(subject)).join(''));
  const store = openStore();
  const heard: MailboxChange[] = [];
  using _watch = store.watch(ACCOUNT, 'INBOX', (change) => heard.push(change));
  const before = await look(store);
  assert.deepEqual([...before.columns.uids], [1, 2, 3]);
  // Another program takes out the second, marks the third as mutt does, and a fourth comes.
  const [, first = '', , third = ''] = readFileSync(inbox, 'utf8')
    .split(/^(?=From )/m)
    .map((text, i, all) => (i === 0 ? [text, all[0]!] : [text])[0])
    .toSpliced(0, 0, '');
  const marked = third
    .replace(/^Status:.*\n/m, '')
    .replace(/^X-Status:.*\n/m, '')
    .replace('\n\n', '\nStatus: RO\nX-Status: AF\n\n');
  writeFileSync(inbox, first + marked + stored('four'));
  await store.refresh(ACCOUNT, 'INBOX');
  const later = await look(store);
  assert.deepEqual([...later.columns.uids], [1, 3, 4]);
  assert.deepEqual([...later.columns.flags], [0, SEEN | ANSWERED | FLAGGED, 0]);
  assert.equal(later.uidValidity, before.uidValidity);
  assert.deepEqual(
    heard.slice(1).map(({ kind }) => kind),
    ['expunged', 'flags', 'added'],
  );
  assert.equal(await textOf(store, 3), 'Subject: three\r\n\r\nhello\r\n');
  const again = await look(openStore());
  assert.deepEqual([...again.columns.uids], [1, 3, 4]);
  assert.deepEqual([again.uidValidity, again.mailboxId, again.uidNext], [before.uidValidity, before.mailboxId, 5]);
});

test('an emptied mailbox gives no UID twice, and one without our records keeps what stands in it', async () => {
  writeFileSync(inbox, stored('one') + stored('two'));
  const store = openStore();
  const { uidValidity, columns } = await look(store);
  await store.expunge(ACCOUNT, 'INBOX', columns.uids);
  assert.equal(readFileSync(inbox, 'utf8'), '');
  writeFileSync(inbox, stored('three'));
  const other = await look(openStore());
  assert.deepEqual([other.uidValidity, ...other.columns.uids], [uidValidity, 3]);
  rmSync(join(folder, 'mail'), { recursive: true });
  const without = await look(openStore());
  assert.deepEqual([without.uidValidity, without.uidNext, ...without.columns.uids], [uidValidity, 4, 3]);
});

test('a message that was copied with its number, or claims one, gets a new one', async () => {
  writeFileSync(
    inbox,
    stored('one', 'X-IMAPbase: 1234567890 0000000007\nX-UID: 5\n') +
      stored('copy', 'X-UID: 5\n') +
      stored('forged', 'X-UID: 4294967294\nX-IMAPbase: 1 4294967294\n'),
  );
  const { uidValidity, uidNext, columns } = await look(openStore());
  assert.deepEqual([uidValidity, uidNext, ...columns.uids], [1234567890, 10, 5, 8, 9]);
});

test('[T11] a mailbox in which somebody wrote the last of all UIDs begins anew, and its UIDs rise from then on', async () => {
  writeFileSync(inbox, stored('one', 'X-IMAPbase: 1234567890 4294967294\nX-UID: 4294967294\n') + stored('two'));
  const first = await look(openStore());
  assert.notEqual(first.uidValidity, 1234567890);
  assert.deepEqual([first.uidNext, ...first.columns.uids], [3, 1, 2]);
  const again = await look(openStore());
  assert.deepEqual([again.uidValidity, again.uidNext, ...again.columns.uids], [first.uidValidity, 3, 1, 2]);
});

test('what is no mbox is left as it is', async () => {
  const store = openStore();
  for (const text of ['<html>\nFrom the web\n</html>\n', `garbage that is long enough\n${stored('one')}`]) {
    writeFileSync(inbox, text);
    await assert.rejects(store.openMailbox(ACCOUNT, 'INBOX', 'read-only'), /is no mbox/);
    assert.equal(readFileSync(inbox, 'utf8'), text);
  }
});

test('flags find room where they stand: the file keeps its size and its other octets', async () => {
  writeFileSync(inbox, ['one', 'two', 'three'].map((subject) => stored(subject)).join(''));
  const store = openStore();
  await look(store);
  const before = readFileSync(inbox);
  const change = {
    mode: 'add',
    systemFlags: SEEN | DELETED,
    keywords: ['$Junk'],
    unchangedSinceModSeq: undefined,
  } as const;
  await store.changeFlags(ACCOUNT, 'INBOX', Uint32Array.of(2), change);
  const now = readFileSync(inbox, 'utf8');
  assert.equal(now.length, before.length);
  assert.match(now, /^X-UID: 2 +\nStatus: R +\nX-Status: D +\nX-Keywords: \$Junk +\nSubject: two$/m);
  assert.deepEqual([...(await look(openStore())).columns.flags], [0, SEEN | DELETED | 32, 0]);
});

/** `undefined` where the program is not installed. */
function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): SpawnSyncReturns<string> | undefined {
  const ran = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000, env: { ...process.env, ...env } });
  return ran.error === undefined ? ran : undefined;
}

test('[C17] Dovecot finds the same UIDs and flags, and we find what it changes', async (t) => {
  if (run('doveadm', ['--version']) === undefined) return t.skip('dovecot is not installed');
  writeFileSync(inbox, ['one', 'two', 'three'].map((subject) => stored(subject)).join(''));
  mkdirSync(join(folder, 'mail'), { recursive: true });
  const store = openStore();
  await look(store);
  const seen = { mode: 'add', systemFlags: SEEN, keywords: ['work'], unchangedSinceModSeq: undefined } as const;
  await store.changeFlags(ACCOUNT, 'INBOX', Uint32Array.of(3), seen);
  await store.expunge(ACCOUNT, 'INBOX', Uint32Array.of(2));
  const { uidValidity } = await look(store);
  // Dovecot opens no mailbox as root.
  const [user, uid, gid] =
    OWN_UID === 0 ? ['nobody', 65534, 65534] : [process.env['USER'], OWN_UID, process.getgid?.()];
  if (OWN_UID === 0) for (const path of [folder, inbox, join(folder, 'mail')]) chownSync(path, 65534, 65534);
  const config = join(folder, 'dovecot.conf');
  writeFileSync(
    config,
    `mail_location = mbox:${join(folder, 'mail')}:INBOX=${inbox}:INDEX=MEMORY\nmail_uid = ${uid}\nmail_gid = ${gid}\nfirst_valid_uid = 0\nfirst_valid_gid = 0\nlog_path = /dev/stderr\nmbox_write_locks = dotlock fcntl\n`,
  );
  const doveadm = (...args: string[]) => run('doveadm', ['-c', config, ...args], { USER: user, HOME: folder });
  const fetched = doveadm('fetch', 'uid flags hdr.subject', 'mailbox', 'INBOX', 'all');
  if (fetched?.status !== 0) return t.skip(`this Dovecot does not start without an installation: ${fetched?.stderr}`);
  assert.match(
    fetched.stdout,
    /uid: 1\nflags: .*\nhdr\.subject: one[\s\S]*uid: 3\nflags: .*\\Seen.*work.*\nhdr\.subject: three/,
  );
  assert.match(
    doveadm('mailbox', 'status', 'uidvalidity uidnext', 'INBOX')?.stdout ?? '',
    new RegExp(`uidnext=4 uidvalidity=${uidValidity}`),
  );
  assert.equal(doveadm('flags', 'add', '\\Flagged', 'mailbox', 'INBOX', 'uid', '1')?.status, 0);
  const now = await look(store);
  assert.deepEqual([now.uidValidity, ...now.columns.uids], [uidValidity, 1, 3]);
  assert.equal(now.columns.flags[0]! & FLAGGED, FLAGGED);
  assert.equal(await textOf(store, 3), 'Subject: three\r\n\r\nhello\r\n');
});

test('[C17] mutt opens the mailbox, deletes in it, and our UIDs stay', async (t) => {
  if (run('mutt', ['-v']) === undefined) return t.skip('mutt is not installed');
  writeFileSync(inbox, ['one', 'two', 'three'].map((subject) => stored(subject)).join(''));
  const store = openStore();
  const { uidValidity } = await look(store);
  const commands = 'set delete=yes quit=yes mark_old=no; push "<first-entry><next-entry><delete-message><quit>"';
  // It would ask whether to make it.
  mkdirSync(join(folder, 'Mail'), { recursive: true });
  const env = { TERM: 'xterm', HOME: folder };
  const script = run('script', ['-qec', `mutt -n -F /dev/null -f '${inbox}' -e '${commands}'`, '/dev/null'], env);
  if (script?.status !== 0) return t.skip(`no terminal for mutt: ${script?.stdout}`);
  const now = await look(store);
  assert.deepEqual([now.uidValidity, ...now.columns.uids], [uidValidity, 1, 3]);
  // mutt counts them.
  const text = await textOf(store, 3);
  assert.match(text, /^Subject: three\r\n(Lines: 1\r\n)?\r\nhello\r\n$/);
  assert.equal(now.columns.sizesBytes[1], text.length);
});
