// What every MailStore must do. Each implementation's test calls this in five lines; whatever a store says of itself,
// this is what the protocol services build on. The parts are in `mail-store/`.

import { after, before, describe } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import { appendTests } from './mail-store/appending.contract.ts';
import { eventTests } from './mail-store/events.contract.ts';
import type { ContractWorld } from './mail-store/fixture.contract.ts';
import { flagTests } from './mail-store/flags.contract.ts';
import { mailboxTests } from './mail-store/mailboxes.contract.ts';
import { readTests } from './mail-store/reading.contract.ts';
import { transferTests } from './mail-store/transfer.contract.ts';

/** An empty store, with a quota of `CONTRACT_QUOTA_BYTES` for every account. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: MailStore;
  readonly prepare: ContractWorld['prepare'];
}

export function describeMailStore(kind: string, open: () => Promise<StoreUnderTest>): void {
  describe(`mail store: ${kind}`, () => {
    let opened: StoreUnderTest;
    let accounts = 0;
    before(async () => {
      opened = await open();
    });
    after(() => opened[Symbol.asyncDispose]());
    const world = {
      store: () => opened.store,
      prepare: (message: Buffer) => opened.prepare(message),
      newAccount: () => `usuario${++accounts}@valija.test` as AccountId,
    };

    describe('mailboxes', () => mailboxTests(world));
    describe('appending', () => appendTests(world));
    describe('flags', () => flagTests(world));
    describe('copying, moving, expunging', () => transferTests(world));
    describe('reading', () => readTests(world));
    describe('events', () => eventTests(world));
  });
}
