// Every kind of finding: a state is damaged in one way, and exactly that is found.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import { appendText, openBox } from '#mail/ports/mail-store/fixture.contract.ts';
import { openDirectory } from '#platform/directory/open-directory.ts';
import { keptSecret } from '#platform/files/kept-secret.ts';
import { GreylistDatabase } from '#platform/greylist/greylist-database.ts';
import { JourneyDatabase } from '#platform/journeys/journey-database.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openMaildirStore } from '#platform/maildir/maildir-store.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';
import { ReportDatabase } from '#platform/reports/report-database.ts';
import { prepareState } from '#platform/state/prepare-state.ts';
import { ownCertificate } from '#platform/tls/own-certificate.ts';
import { ResultDatabase } from '#platform/tls-reports/result-database.ts';
import { FINDINGS, type FindingCode } from './finding.ts';
import { inspectState } from './inspect-state.ts';

const DAY_MS = 86_400_000;
const WHOLE = mkdtempSync(join(tmpdir(), 'valija-inspected-'));
/** What a server makes. */
const PRIVATE = { mode: 0o600 };
const HOME = 'vhosts/valija.test/usuario1';
const INDEX = 'index/valija.test/usuario1.db';
const seen = new Set<FindingCode>();

/** Two accounts with mail, closed as a server leaves it. */
before(async () => {
  assert.ok(prepareState({ folder: WHOLE, program: '0.1.0' }).ok);
  await using passwords = openPasswordThreads({ threads: 1, waitingJobs: 8 });
  const file = join(WHOLE, 'directory.db');
  {
    using opened = openDirectory({ file, recipientDelimiter: '+', passwords, clock: systemClock });
    await opened.admin.addDomain('valija.test', {});
    for (const name of ['usuario1', 'usuario2']) await opened.admin.addAccount(`${name}@valija.test`, undefined, {});
    await opened.admin.addAlias('ventas@valija.test', ['usuario1@valija.test']);
  }
  new JourneyDatabase(join(WHOLE, 'journeys.db'))[Symbol.dispose]();
  chmodSync(join(WHOLE, 'journeys.db'), 0o600);
  new GreylistDatabase(join(WHOLE, 'greylist.db'))[Symbol.dispose]();
  chmodSync(join(WHOLE, 'greylist.db'), 0o600);
  new ReportDatabase(join(WHOLE, 'reports.db'))[Symbol.dispose]();
  chmodSync(join(WHOLE, 'reports.db'), 0o600);
  new ResultDatabase(join(WHOLE, 'tls-results.db'))[Symbol.dispose]();
  chmodSync(join(WHOLE, 'tls-results.db'), 0o600);
  keptSecret(join(WHOLE, 'login.secret'));
  const hostname = 'mail.valija.test';
  await ownCertificate({ folder: join(WHOLE, 'tls'), hostname }, Date.now());
  const log = { write: (...line: unknown[]) => assert.fail(line.join(' ')) };
  const places = {
    base: join(WHOLE, 'vhosts'),
    indexBase: join(WHOLE, 'index'),
    journalFolder: join(WHOLE, 'journal'),
  };
  for (const name of ['usuario1@valija.test', 'usuario2@valija.test'] as AccountId[]) {
    {
      await using store = openMaildirStore({ ...places, log });
      for (const text of ['uno', 'dos', 'tres'])
        await appendText(store, name, 'INBOX', `Subject: ${text}\r\n\r\nhola\r\n`);
      await openBox(store, name, 'INBOX');
    }
    // An index that says it is up to date: the directories have stood still for a while when it is written.
    const home = join(WHOLE, 'vhosts/valija.test', name.slice(0, name.indexOf('@')));
    const past = new Date(Date.now() - 60_000);
    for (const file of ['new', 'cur', 'dovecot-uidlist']) utimesSync(join(home, file), past, past);
    await using store = openMaildirStore({ ...places, log });
    await openBox(store, name, 'INBOX');
  }
});
after(() => {
  rmSync(WHOLE, { recursive: true });
  const unseen = Object.keys(FINDINGS).filter((code) => !seen.has(code as FindingCode));
  // These two need another user, or a segment of the journal, which has tests of its own.
  assert.deepEqual(unseen, ['foreign-owner', 'journal-damaged']);
});

/** With every mode and time, which Node's own copying does not keep for folders. */
function copyOfWhole(): string {
  const state = mkdtempSync(join(tmpdir(), 'valija-damaged-'));
  execFileSync('cp', ['-a', `${WHOLE}/.`, state]);
  return state;
}

async function find(folder: string, nowMs = Date.now(), settleMs = 0, hasAccountsElsewhere = false): Promise<string[]> {
  const found: string[] = [];
  const mailBase = join(folder, 'vhosts');
  const options = { mailBase, hasAccountsElsewhere, certificate: undefined, progress: () => undefined };
  for await (const finding of inspectState({ folder, nowMs, settleMs, ...options })) {
    seen.add(finding.code);
    found.push(finding.code);
  }
  return found;
}

function inDatabase(file: string, sql: string): void {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  database.exec(sql);
  database.close();
}

const firstFile = (home: string) => join(home, 'new', readdirSync(join(home, 'new'))[0] ?? '');

const damages: readonly (readonly [finding: FindingCode, damage: (state: string) => void, also?: FindingCode])[] = [
  ['version-missing', (state) => rmSync(join(state, 'VERSION'))],
  ['version-unreadable', (state) => writeFileSync(join(state, 'VERSION'), '?')],
  ['version-newer', (state) => writeFileSync(join(state, 'VERSION'), '9\nwritten by Valija 9.0.0\n')],
  ['version-older', (state) => writeFileSync(join(state, 'VERSION'), '0\nwritten by Valija 0.0.1\n')],
  ['migration-unfinished', (state) => mkdirSync(join(state, 'next'))],
  ['directory-missing', (state) => rmSync(join(state, 'directory.db')), 'home-without-account'],
  ['directory-damaged', (state) => truncateSync(join(state, 'directory.db'), 9000), 'home-without-account'],
  ['directory-newer', (state) => inDirectory(state, 'PRAGMA user_version = 99')],
  [
    'directory-reference',
    (state) => inDirectory(state, "UPDATE accounts SET domain_id = 77 WHERE address LIKE 'usuario1%'"),
  ],
  ['directory-address-missing', (state) => inDirectory(state, 'DELETE FROM addresses WHERE alias_id IS NOT NULL')],
  ['directory-address-domain', (state) => inDirectory(state, "UPDATE domains SET name = 'otro.test'")],
  ['directory-alias-empty', (state) => inDirectory(state, 'DELETE FROM alias_targets')],
  ['queue-damaged', (state) => writeFileSync(join(state, 'queue.db'), 'x'.repeat(9000), PRIVATE)],
  ['queue-newer', (state) => writeQueue(state, 'PRAGMA user_version = 99')],
  ['journeys-damaged', (state) => writeFileSync(join(state, 'journeys.db'), 'x'.repeat(9000))],
  ['journeys-newer', (state) => inDatabase(join(state, 'journeys.db'), 'PRAGMA user_version = 99')],
  ['greylist-damaged', (state) => writeFileSync(join(state, 'greylist.db'), 'x'.repeat(9000))],
  ['greylist-newer', (state) => inDatabase(join(state, 'greylist.db'), 'PRAGMA user_version = 99')],
  ['reports-damaged', (state) => writeFileSync(join(state, 'reports.db'), 'x'.repeat(9000))],
  ['reports-newer', (state) => inDatabase(join(state, 'reports.db'), 'PRAGMA user_version = 99')],
  ['tls-results-damaged', (state) => writeFileSync(join(state, 'tls-results.db'), 'x'.repeat(9000))],
  ['tls-results-newer', (state) => inDatabase(join(state, 'tls-results.db'), 'PRAGMA user_version = 99')],
  ['set-aside', (state) => writeFileSync(join(state, 'journal/0000000001-00000000.journal.damaged'), '', PRIVATE)],
  ['set-aside', (state) => setAsideMessage(state)],
  ['secret-open', (state) => chmodSync(join(state, 'directory.db'), 0o640)],
  ['secret-size', (state) => truncateSync(join(state, 'login.secret'), 3)],
  ['certificate-unreadable', (state) => writeFileSync(join(state, 'tls/mail.valija.test.crt'), 'x')],
  ['home-without-account', (state) => mkdirSync(join(state, 'vhosts/valija.test/nadie'), { mode: 0o700 })],
  ['unreadable', (state) => replaceByFile(join(state, HOME, 'new'))],
  ['unreadable', (state) => replaceByFile(join(state, HOME))],
  ['uidlist-missing', (state) => rmSync(join(state, HOME, 'dovecot-uidlist'))],
  ['uidlist-broken', (state) => appendFileSync(join(state, HOME, 'dovecot-uidlist'), '%%\n')],
  ['uidlist-torn', (state) => appendFileSync(join(state, HOME, 'dovecot-uidlist'), '9 :x')],
  ['uidlist-file-twice', (state) => repeatLine(join(state, HOME, 'dovecot-uidlist'))],
  ['file-twice', (state) => cpSync(firstFile(join(state, HOME)), asFlagged(firstFile(join(state, HOME)), 'F'))],
  ['file-without-uid', (state) => writeFileSync(join(state, HOME, 'new/1.x.host'), 'x')],
  ['file-not-regular', (state) => symlinkSync('/etc/hostname', join(state, HOME, 'new/1.x.host')), 'file-without-uid'],
  ['file-size', (state) => truncateSync(firstFile(join(state, HOME)), 5)],
  ['file-open', (state) => chmodSync(join(state, HOME), 0o755)],
  ['keywords-broken', (state) => writeFileSync(join(state, HOME, 'dovecot-keywords'), '0 ok\n\0\0\0\n')],
  [
    'keyword-unnamed',
    (state) => renameSync(firstFile(join(state, HOME)), asFlagged(firstFile(join(state, HOME)), 'b')),
  ],
  ['index-damaged', (state) => writeFileSync(join(state, INDEX), 'x'.repeat(9000))],
  ['message-missing', (state) => rmSync(firstFile(join(state, HOME)))],
];

function inDirectory(state: string, sql: string): void {
  inDatabase(join(state, 'directory.db'), sql);
}

function writeQueue(state: string, sql: string): void {
  writeFileSync(join(state, 'queue.db'), '', PRIVATE);
  inDatabase(join(state, 'queue.db'), sql);
}

function setAsideMessage(state: string): void {
  mkdirSync(join(state, 'queue/damaged'), { recursive: true });
  writeFileSync(join(state, 'queue/damaged/4jXkFs4bdXz2cQMV3'), 'Subject: x', PRIVATE);
}

function replaceByFile(path: string): void {
  rmSync(path, { recursive: true });
  writeFileSync(path, '', PRIVATE);
}

function repeatLine(uidlist: string): void {
  const line = readFileSync(uidlist, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  appendFileSync(uidlist, `${line.replace(/^\d+/, '99')}\n`);
}

function asFlagged(file: string, letters: string): string {
  return `${file.replace('/new/', '/cur/')}:2,${letters}`;
}

test('a whole state has no findings', async () => {
  assert.deepEqual(await find(WHOLE), []);
  assert.ok(existsSync(join(WHOLE, INDEX)));
});

for (const [code, damage, also] of damages) {
  test(`${code} is found, and nothing else`, async () => {
    const state = copyOfWhole();
    damage(state);
    const found = new Set(await find(state));
    rmSync(state, { recursive: true });
    assert.ok(found.has(code), [...found].join(', '));
    found.delete(code);
    assert.deepEqual([...found], also === undefined ? [] : [also]);
  });
}

test('index-disagrees is found where the index says that it is up to date', async () => {
  const uidlist = join(WHOLE, HOME, 'dovecot-uidlist');
  const text = readFileSync(uidlist, 'utf8');
  const { mtime } = statSync(uidlist);
  // Neither the time nor the file is another: nothing but a comparison shows it.
  writeFileSync(
    uidlist,
    text.replace(/^(\d) :/gm, (_, uid) => `5${uid} :`),
  );
  utimesSync(uidlist, mtime, mtime);
  assert.deepEqual(await find(WHOLE), ['index-disagrees']);
  writeFileSync(uidlist, text);
  utimesSync(uidlist, mtime, mtime);
  assert.deepEqual(await find(WHOLE), []);
});

test('certificates: expired, about to, too early, with another key', async () => {
  assert.deepEqual(await find(WHOLE, Date.now() + 400 * DAY_MS), ['certificate-expired']);
  assert.deepEqual(await find(WHOLE, Date.now() + 360 * DAY_MS), ['certificate-expiring']);
  assert.deepEqual(await find(WHOLE, Date.now() - 400 * DAY_MS), ['certificate-early']);
  const state = copyOfWhole();
  await ownCertificate({ folder: join(state, 'tls'), hostname: 'other.test' }, Date.now());
  renameSync(join(state, 'tls/other.test.key'), join(state, 'tls/mail.valija.test.key'));
  rmSync(join(state, 'tls/other.test.crt'));
  assert.deepEqual(await find(state), ['certificate-key']);
  rmSync(join(state, 'tls/mail.valija.test.key'));
  rmSync(join(state, 'tls/mail.valija.test.crt'));
  mkdirSync(join(state, 'tls/acme/accounts'), { recursive: true });
  writeFileSync(join(state, 'tls/acme/valija.test.pem'), 'nothing', { mode: 0o644 });
  writeFileSync(join(state, 'tls/acme/accounts/acme.example.org-01.key'), 'a key', { mode: 0o640 });
  assert.deepEqual((await find(state)).sort(), ['certificate-unreadable', 'secret-open', 'secret-open']);
  rmSync(state, { recursive: true });
});

test('a link that leads nowhere and a file among the folders stop nothing', async () => {
  const state = copyOfWhole();
  symlinkSync('/nowhere', join(state, 'vhosts/example.org'));
  symlinkSync('nadie', join(state, 'vhosts/valija.test/nadie'));
  writeFileSync(join(state, 'vhosts/valija.test/passwd'), 'usuario1:x', PRIVATE);
  mkdirSync(join(state, 'dkim'));
  writeFileSync(join(state, 'dkim/README'), 'keys', PRIVATE);
  assert.deepEqual(await find(state), []);
  rmSync(state, { recursive: true });
});

test('mail of accounts that tables or other directories know is looked at like any other', async () => {
  const state = copyOfWhole();
  inDirectory(
    state,
    "DELETE FROM addresses WHERE address LIKE 'usuario1%'; DELETE FROM accounts WHERE id NOT IN (SELECT account_id FROM addresses WHERE account_id IS NOT NULL)",
  );
  rmSync(join(state, HOME, 'dovecot-uidlist'));
  const found = new Set(await find(state, Date.now(), 0, true));
  rmSync(state, { recursive: true });
  assert.ok(found.has('uidlist-missing') && !found.has('home-without-account'), [...found].join(', '));
});

test('beside a running server only what lasts is told', async () => {
  const state = copyOfWhole();
  const fresh = join(state, HOME, 'new/1.x.host');
  writeFileSync(fresh, 'x');
  setTimeout(() => rmSync(fresh), 100);
  assert.deepEqual(await find(state, Date.now(), 400), []);
  rmSync(state, { recursive: true });
});
