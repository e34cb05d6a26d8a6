// What was prepared is prepared once: it goes with copies, and outlives a restart, in the index.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, it } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import { appendText, contractPreparation, prepared, request, value } from '#mail/ports/mail-store/fixture.contract.ts';
import { openMaildirBelow } from '../../../test/world/maildir-below.ts';
import type { MaildirStore } from './maildir-store.ts';

const USUARIO1 = 'usuario1@valija.test' as AccountId;
const PARTS = ['envelope', 'bodyStructure', 'header'] as const;
let folder: string;
let store: MaildirStore;
let logged: string[];
let preparations: number;

function openStore(): MaildirStore {
  return openMaildirBelow(folder, {
    log: { write: (level, _area, text) => level === 'error' && logged.push(text) },
    prepare(message) {
      preparations++;
      return contractPreparation(message);
    },
    accountIndex: () => join(folder, 'index.db'),
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'valija-prepared-'));
  logged = [];
  preparations = 0;
  store = openStore();
  for (const text of ['a', 'long header', 'ccc']) await appendText(store, USUARIO1, 'INBOX', text);
  for (const name of ['Copies', 'Moved']) value(await store.createMailbox(USUARIO1, name, undefined));
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function restart(): Promise<void> {
  await store[Symbol.asyncDispose]();
  store = openStore();
}

for (const when of ['at once', 'from the index']) {
  it(`copies and moved messages need no second preparation, ${when}`, async () => {
    if (when !== 'at once') await restart();
    value(await store.copy(USUARIO1, 'INBOX', Uint32Array.of(3, 2), 'Copies'));
    value(await store.move(USUARIO1, 'Copies', Uint32Array.of(1, 2), 'Moved'));
    assert.deepEqual(await prepared(store, USUARIO1, 'Moved', [1, 2], PARTS), ['1 E3 B3 H3', '2 E11 B11']);
    await restart();
    assert.deepEqual(await prepared(store, USUARIO1, 'Moved', [2, 1], PARTS), ['2 E11 B11', '1 E3 B3 H3']);
    assert.deepEqual(await prepared(store, USUARIO1, 'INBOX', [1, 2], PARTS), ['1 E1 B1 H1', '2 E11 B11']);
    assert.equal(preparations, 3);
  });
}

it('what was prepared goes with copies of copies, and with moves away from them', async () => {
  await restart();
  value(await store.copy(USUARIO1, 'INBOX', Uint32Array.of(1, 2, 3), 'Copies'));
  value(await store.copy(USUARIO1, 'Copies', Uint32Array.of(1, 3), 'Moved'));
  value(await store.expunge(USUARIO1, 'Copies', Uint32Array.of(1)));
  value(await store.move(USUARIO1, 'Moved', Uint32Array.of(1), 'INBOX'));
  await restart();
  assert.deepEqual(await prepared(store, USUARIO1, 'INBOX', [1, 4], PARTS), ['1 E1 B1 H1', '4 E1 B1 H1']);
  assert.deepEqual(await prepared(store, USUARIO1, 'Moved', [2], PARTS), ['2 E3 B3 H3']);
  assert.deepEqual(await prepared(store, USUARIO1, 'Copies', [2, 3], PARTS), ['2 E11 B11', '3 E3 B3 H3']);
  assert.equal(preparations, 3);
});

it('a mailbox that goes and comes again under its name has nothing to do with copies made before', async () => {
  await restart();
  value(await store.copy(USUARIO1, 'INBOX', Uint32Array.of(1, 3), 'Copies'));
  value(await store.copy(USUARIO1, 'Copies', Uint32Array.of(2), 'Moved'));
  value(await store.deleteMailbox(USUARIO1, 'Copies'));
  value(await store.createMailbox(USUARIO1, 'Copies', undefined));
  for (const text of ['seven77', 'eight888']) await appendText(store, USUARIO1, 'Copies', text);
  for (const when of ['at once', 'from the index']) {
    if (when !== 'at once') await restart();
    assert.deepEqual(await prepared(store, USUARIO1, 'Copies', [1, 2], PARTS), ['1 E7 B7 H7', '2 E8 B8 H8'], when);
    assert.deepEqual(await prepared(store, USUARIO1, 'Moved', [1], PARTS), ['1 E3 B3 H3'], when);
  }
});

it('a part that is damaged in the index is prepared again', async () => {
  await store[Symbol.asyncDispose]();
  const database = new DatabaseSync(join(folder, 'index.db'));
  const row = database.prepare('SELECT key, header FROM prepared ORDER BY key').get();
  const header = Buffer.from(row?.['header'] as Uint8Array);
  header[0]! ^= 1;
  database.prepare('UPDATE prepared SET header = ? WHERE key = ?').run(header, row?.['key'] as number);
  database.close();
  store = openStore();
  assert.deepEqual(await prepared(store, USUARIO1, 'INBOX', [1], ['envelope']), ['1 E1']);
  assert.deepEqual(logged, []);
  assert.deepEqual(await prepared(store, USUARIO1, 'INBOX', [1], ['header']), ['1 H1']);
  assert.equal(logged.length, 1);
});

it('of a mailbox to which mail is only delivered nothing is prepared, until a client fetches from it', async () => {
  const deliver = (texts: readonly string[]) =>
    store.append(
      USUARIO1,
      'Delivered',
      texts.map((text) => request(text, { mode: 'deliver' })),
    );
  value(await deliver(['a', 'bb']));
  await restart();
  value(await deliver(['ccc']));
  assert.equal(preparations, 3, 'those of INBOX');
  assert.deepEqual(await prepared(store, USUARIO1, 'Delivered', [1, 3], ['envelope']), ['1 E1', '3 E3']);
  value(await deliver(['dddd']));
  await store.status(USUARIO1, 'Delivered');
  assert.equal(preparations, 6);
  assert.deepEqual(await prepared(store, USUARIO1, 'Delivered', [4], ['envelope']), ['4 E4']);
  assert.equal(preparations, 6);
});
