// Filing behind the promise, account after account, while somebody works on one of them for long, or another program holds
// its lock.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { AccountId } from '#mail/ports/account.ts';
import { contractPreparation, HELLO } from '#mail/ports/mail-store/fixture.contract.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { JournalledMail } from './journalled-mail.ts';
import { BaseNames } from './message-file-name.ts';

const [USER1, USER2] = ['usuario1@valija.test', 'usuario2@valija.test'] as [AccountId, AccountId];

function openMail(folder: string, lockWaitMs = Number.POSITIVE_INFINITY, log = collectingLog()): JournalledMail {
  const options = {
    clock: fixedClock(),
    randomness: seededRandomness(),
    log,
    prepare: contractPreparation,
    accountHome: (account: AccountId) => join(folder, 'mail', account),
    accountIndex: (account: AccountId) => join(folder, `${account}.db`),
    publish: () => undefined,
    offered: () => undefined,
    journal: {
      folder: join(folder, 'journal'),
      mailBase: folder,
      reserve: { reservePercent: 0, reserveBytes: 0 },
      lockWaitMs,
    },
  };
  return new JournalledMail(options, new BaseNames('mail.valija.test', process.pid));
}

function deliver(mail: JournalledMail, id: string, account: AccountId, text = HELLO) {
  const copy = {
    ...{ account, mailbox: 'INBOX', body: 0, prefix: Buffer.alloc(0), internalDateMs: 0, systemFlags: 0 },
    ...{ keywords: [], recipients: [account], mode: 'deliver' as const, quotaBytes: 0 },
  };
  const contents = [memoryContent(Buffer.from(text))];
  return mail.commit({ id, arrivedMs: 0, envelope: '{}', contents, copies: [copy] });
}

test('while somebody has the turn of one account for long, mail of the others is filed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-turns-'));
  const mail = openMail(folder);
  const held = await deliver(mail, 'A1', USER1);
  // Filing begins with the next turn of the event loop: behind whoever asks now.
  const turn = await mail.accounts.of(USER1).enter();
  assert.ok(held.ok);
  let isFiled = false;
  const filed = held.value.filed.then(() => {
    isFiled = true;
  });

  for (const id of ['B1', 'B2', 'B3']) {
    const other = await deliver(mail, id, USER2);
    assert.ok(other.ok);
    await other.value.filed;
  }
  assert.equal(isFiled, false);
  turn[Symbol.dispose]();
  await filed;
  const after = await deliver(mail, 'A2', USER1);
  assert.deepEqual(after.ok && (await after.value.filed).map(({ uid }) => uid), [2]);
  await mail.close();
  rmSync(folder, { recursive: true });
});

test('while a large message is copied into its mailbox, others are promised', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-turns-'));
  const mail = openMail(folder);
  const large = await deliver(mail, 'A1', USER1, 'large'.repeat(100_000));
  const turn = await mail.accounts.of(USER1).enter();
  const body = join(folder, 'journal', 'A1.0.message');
  rmSync(body);
  // A disk that does not answer: whoever reads there waits until somebody writes.
  execFileSync('mkfifo', [body]);
  turn[Symbol.dispose]();
  await delay(50);
  assert.ok((await deliver(mail, 'B1', USER2)).ok);

  await writeFile(body, 'late');
  assert.ok(large.ok);
  await large.value.filed;
  const fresh = join(folder, 'mail', USER1, 'new');
  assert.deepEqual(
    readdirSync(fresh).map((name) => readFileSync(join(fresh, name), 'utf8')),
    ['late'],
  );
  await mail.close();
  rmSync(folder, { recursive: true });
});

test('while somebody looks at an account whose mail has gathered, others are promised', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-turns-'));
  const mail = openMail(folder);
  assert.ok((await deliver(mail, 'B1', USER2)).ok);
  const ids = Array.from({ length: 640 }, (_, i) => `A${i}`);
  await Promise.all(ids.map((id) => deliver(mail, id, USER1)));
  const done: string[] = [];
  const account = mail.accounts.of(USER1);
  const looked = account.run(() => {
    assert.ok(account.promised.isEmpty);
    done.push('looked');
  });
  assert.ok((await deliver(mail, 'B2', USER2)).ok);
  done.push('promised');
  await looked;
  assert.deepEqual(done, ['promised', 'looked']);
  assert.equal(readdirSync(join(folder, 'mail', USER1, 'new')).length, ids.length);
  await mail.close();
  rmSync(folder, { recursive: true });
});

/** As a Dovecot does that reads a large mailbox: its process lives. */
function lockOf(folder: string, account: AccountId) {
  const path = join(folder, 'mail', account, 'dovecot-uidlist.lock');
  writeFileSync(path, `${process.ppid}:${hostname()}`);
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

test('while another program holds the lock of one mailbox, mail of the others is filed, and more is promised to it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-locked-'));
  const log = collectingLog();
  const mail = openMail(folder, undefined, log);
  const first = await deliver(mail, 'A1', USER1);
  assert.ok(first.ok);
  await first.value.filed;
  const temporary = join(folder, 'mail', USER1, 'tmp');
  const filed: string[] = [];
  const whenFiled: Promise<readonly { readonly uid: number }[]>[] = [];
  {
    using _lock = lockOf(folder, USER1);
    // Filing of the first has tried the lock when the next one comes.
    for (const id of ['A2', 'A3', 'A4']) {
      const held = await deliver(mail, id, USER1);
      assert.ok(held.ok, 'promised, though it cannot be filed');
      whenFiled.push(held.value.filed);
      void held.value.filed.then(() => filed.push(id));
      const other = await deliver(mail, `B${id}`, USER2);
      assert.ok(other.ok);
      await other.value.filed;
    }
    assert.deepEqual([filed, log.lines], [[], []]);
    // It is not written again with each attempt.
    for (const name of readdirSync(temporary)) appendFileSync(join(temporary, name), 'kept');
  }
  const copies = await Promise.all(whenFiled);
  assert.deepEqual(
    copies.map(([copy]) => copy?.uid),
    [2, 3, 4],
    'in the order of the promises',
  );
  assert.deepEqual(filed, ['A2', 'A3', 'A4']);
  const uidlist = readFileSync(join(folder, 'mail', USER1, 'dovecot-uidlist'), 'utf8');
  assert.deepEqual(
    [...uidlist.matchAll(/^(\d+) :/gm)].map(([, uid]) => uid),
    ['1', '2', '3', '4'],
  );
  assert.deepEqual(readdirSync(temporary), []);
  const fresh = join(folder, 'mail', USER1, 'new');
  const kept = readdirSync(fresh).filter((name) => readFileSync(join(fresh, name), 'utf8').endsWith('kept'));
  assert.ok(kept.length > 0);
  await mail.close();
  rmSync(folder, { recursive: true });
});

test('a lock that is held for too long is told once, and nothing more is promised to its account meanwhile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-locked-'));
  const log = collectingLog();
  const mail = openMail(folder, 0, log);
  const first = await deliver(mail, 'A1', USER1);
  assert.ok(first.ok);
  await first.value.filed;
  let filed: Promise<readonly { readonly uid: number }[]>;
  {
    using _lock = lockOf(folder, USER1);
    const held = await deliver(mail, 'A2', USER1);
    assert.ok(held.ok);
    ({ filed } = held.value);
    const other = await deliver(mail, 'B1', USER2);
    assert.ok(other.ok);
    await other.value.filed;
    await assert.rejects(deliver(mail, 'A3', USER1), /waiting for .*dovecot-uidlist\.lock/);
    assert.equal(log.lines.filter(({ text }) => text.includes('waits in the journal')).length, 1);
  }
  // Whatever waits for the next attempt does not keep the process alive.
  const alive = setInterval(() => undefined, 1000);
  assert.deepEqual(
    (await filed).map(({ uid }) => uid),
    [2],
  );
  clearInterval(alive);
  const after = await deliver(mail, 'A4', USER1);
  assert.deepEqual(after.ok && (await after.value.filed).map(({ uid }) => uid), [3]);
  await mail.close();
  rmSync(folder, { recursive: true });
});
