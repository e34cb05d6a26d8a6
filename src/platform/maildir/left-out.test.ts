// Messages that surely have none of a search's words do not leave the store: neither their octets nor their headers.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import { appendText, request } from '#mail/ports/mail-store/fixture.contract.ts';
import { type MaildirStore, openMaildirStore } from './maildir-store.ts';

const USUARIO1 = 'usuario1@valija.test' as AccountId;
/** More than is read, and handed over, at once. */
const MANY = 700;

let folder: string;
let store: MaildirStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'valija-left-out-'));
  const log = { write: (...words: unknown[]) => console.error(...words) };
  const [base, indexBase, journalFolder] = ['vhosts', 'index', 'journal'].map((name) => join(folder, name));
  store = openMaildirStore({ base: base!, indexBase: indexBase!, journalFolder: journalFolder!, log });
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function foundBy(messages: AsyncIterable<{ readonly uid: number }>): Promise<number[]> {
  const uids: number[] = [];
  for await (const { uid } of messages) uids.push(uid);
  return uids;
}

it('of hundreds, those that may have one of the words come', async () => {
  const filler = 'a line that says nothing\r\n'.repeat(100);
  const requests = Array.from({ length: MANY }, (_, i) => {
    const [subject, line] = [i % 100 === 7 ? 'needle' : `message ${i}`, i % 150 === 11 ? 'in a Haystack' : 'nothing'];
    return request(`Subject: ${subject}\r\n\r\n${filler}${line}\r\n`);
  });
  assert.ok((await store.append(USUARIO1, 'INBOX', requests)).ok);
  const uids = Uint32Array.from({ length: MANY }, (_, i) => i + 1);
  const needles = [8, 108, 208, 308, 408, 508, 608];
  assert.deepEqual(await foundBy(store.prepareFetch(USUARIO1, 'INBOX', uids, ['header'], ['NEEDLE'])), needles);
  assert.deepEqual(await foundBy(store.prepareFetch(USUARIO1, 'INBOX', uids, ['header'], ['HAYSTACK'])), []);
  const both = [...needles, 12, 162, 312, 462, 612].sort((a, b) => a - b);
  assert.deepEqual(await foundBy(store.openMessages(USUARIO1, 'INBOX', uids, ['NEEDLE', 'HAYSTACK'])), both);
});

it('what is too long to be looked at in one piece comes, whatever it has', async () => {
  await appendText(store, USUARIO1, 'INBOX', `Subject: long\r\n\r\n${'x'.repeat(200_000)}`);
  await appendText(store, USUARIO1, 'INBOX', `X-Long: ${'x'.repeat(20_000)}\r\n\r\nbody`);
  const uids = Uint32Array.of(1, 2);
  assert.deepEqual(await foundBy(store.openMessages(USUARIO1, 'INBOX', uids, ['NEEDLE'])), [1]);
  assert.deepEqual(await foundBy(store.prepareFetch(USUARIO1, 'INBOX', uids, ['header'], ['NEEDLE'])), [2]);
});
