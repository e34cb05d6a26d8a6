// A message's memory is the next one's as soon as it is promised: what is filed behind it comes out of the journal.

import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import type { JournalEntry } from '#mail/ports/journal.ts';
import { openBox, readText } from '#mail/ports/mail-store/fixture.contract.ts';
import { type OpenedContentStore, openContentStore } from '#platform/files/content-store.ts';
import { sharedPiecesOf } from '#platform/files/shared-content.ts';
import { type MaildirStore, openMaildirStore } from './maildir-store.ts';

const base = mkdtempSync(join(tmpdir(), 'valija-lent-'));
after(() => rmSync(base, { recursive: true }));

const USERS = ['usuario1@valija.test', 'usuario2@valija.test'] as AccountId[];
const SIZES = [17_000, 50_000, 131_072, 131_073, 700_000];
const MESSAGES = 60;

function openStore(folder: string): MaildirStore {
  const [state, indexBase, journalFolder] = ['vhosts', 'index', 'journal'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  return openMaildirStore({ base: state, indexBase, journalFolder, log: { write: () => undefined } });
}

/** Of each its own octets. */
function textOf(i: number): string {
  return `Subject: ${i}\r\n\r\n`.padEnd(SIZES[i % SIZES.length] ?? 0, `${i} and so on\r\n`);
}

async function deliver(store: MaildirStore, contents: OpenedContentStore, i: number): Promise<void> {
  await using writer = contents.openWriter();
  await writer.write(Buffer.from(textOf(i)));
  await using content = await writer.finish();
  assert.ok(sharedPiecesOf(content) !== undefined);
  const recipients = i % 3 === 0 ? USERS : USERS.slice(0, 1);
  const actions = recipients.map((account) => ({
    ...{ kind: 'file' as const, account, mailbox: 'INBOX', systemFlags: 0, keywords: [], recipients: [account] },
    ...{ prefix: Buffer.from(`Delivered-To: ${account}\r\n`), internalDateMs: 0 },
  }));
  const envelope = {} as JournalEntry['envelope'];
  await store.commit({ queueId: `4id${i}`, arrivedMs: 0, envelope, plan: { actions }, content });
}

/** Of each its length and a digest: what differs is told at once. */
async function seenIn(store: MaildirStore, account: AccountId): Promise<string[]> {
  const { columns } = await openBox(store, account, 'INBOX');
  const texts: string[] = [];
  for (const uid of columns.uids) texts.push(briefOf(await readText(store, account, 'INBOX', uid)));
  return texts.sort();
}

function expected(account: AccountId): string[] {
  const all = Array.from({ length: MESSAGES }, (_, i) => i);
  const own = account === USERS[0] ? all : all.filter((i) => i % 3 === 0);
  return own.map((i) => briefOf(`Delivered-To: ${account}\r\n${textOf(i)}`)).sort();
}

function briefOf(text: string): string {
  return `${text.length} ${hash('sha256', text)}`;
}

test('each mailbox has the octets that were promised, and a start behind a crash finds them too', async () => {
  const [living, crashed] = [join(base, 'living'), join(base, 'crashed')];
  using contents = openContentStore({ folder: join(base, 'contents') });
  {
    await using store = openStore(living);
    // Message follows message: they gather, and are filed when their memory is long another's.
    const waves = Array.from({ length: 6 }, (_, wave) => wave * 10);
    for (const first of waves) {
      await Promise.all(Array.from({ length: 10 }, (_, k) => deliver(store, contents, first + k)));
    }
    cpSync(join(living, 'journal'), join(crashed, 'journal'), { recursive: true });
    for (const account of USERS) assert.deepEqual(await seenIn(store, account), expected(account));
  }
  assert.deepEqual(readdirSync(join(living, 'journal')), []);
  await using store = openStore(crashed);
  for (const account of USERS) assert.deepEqual(await seenIn(store, account), expected(account));
});
