// What a plan sends to others is offered to the queue once it is promised, and at every start until the queue has taken it.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { FileAction, PlannedAction } from '#mail/acceptance/plan.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { JournalEntry } from '#mail/ports/journal.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { type MaildirStore, openMaildirStore } from './maildir-store.ts';

const base = mkdtempSync(join(tmpdir(), 'valija-offered-'));
after(() => rmSync(base, { recursive: true }));

const USUARIO1 = 'usuario1@valija.test' as AccountId;
const SMALL = 'Subject: hola\r\n\r\nhola\r\n';
const LARGE = `Subject: hola\r\n\r\n${'0123456789\r\n'.repeat(20_000)}`;
const FILED: FileAction = {
  kind: 'file',
  account: USUARIO1,
  mailbox: 'INBOX',
  systemFlags: 0,
  keywords: [],
  prefix: Buffer.from('Delivered-To: usuario1@valija.test\r\n'),
  recipients: [USUARIO1],
  internalDateMs: 0,
};

class Offers {
  readonly seen: { message: QueuedMessage; text: string }[] = [];
  readonly take = async (message: QueuedMessage, content: Parameters<NonNullable<OnQueued>>[1]): Promise<void> => {
    await using octets = content;
    const text = (await octets.read(0, octets.sizeBytes)).toString();
    this.seen.push({ message, text });
  };

  async wait(count: number): Promise<void> {
    for (const until = Date.now() + 20_000; this.seen.length < count && Date.now() < until; ) await delay(10);
    assert.equal(this.seen.length, count);
  }
}
type OnQueued = Parameters<typeof openMaildirStore>[0]['onQueued'];

function openStore(folder: string, offers: Offers): MaildirStore {
  return openMaildirStore({
    base: join(folder, 'vhosts'),
    indexBase: join(folder, 'index'),
    journalFolder: join(folder, 'journal'),
    log: { write: () => undefined },
    onQueued: (message, content) => void offers.take(message, content),
  });
}

function entry(queueId: string, text: string, actions: readonly PlannedAction[] = []): JournalEntry {
  const message: QueuedMessage = {
    queueId,
    arrivedMs: 5,
    sender: USUARIO1,
    body: '8BITMIME',
    smtpUtf8: false,
    dsn: { ret: undefined, envid: undefined },
    origin: USUARIO1,
    prefix: Buffer.from('Received: by mail.valija.test\r\n'),
    sizeBytes: text.length,
    recipients: [
      {
        address: 'ana@example.org',
        original: 'ana@example.org',
        parameters: { notify: ['FAILURE'], orcpt: undefined },
        nextHop: { transport: 'smtp', destination: 'example.org' },
      },
    ],
  };
  const content = memoryContent(Buffer.from(text));
  const plan = { actions: [...actions, { kind: 'queue', message } as const] };
  return { queueId, arrivedMs: 5, envelope: {} as JournalEntry['envelope'], plan, content };
}

test('offered when promised, small and large, with and without a mailbox; not again when it was taken', async () => {
  const folder = join(base, 'taken');
  const offers = new Offers();
  {
    await using store = openStore(folder, offers);
    await store.commit(entry('small', SMALL));
    await store.commit(entry('large', LARGE));
    await store.commit(entry('both', SMALL, [FILED]));
    await offers.wait(3);
    assert.deepEqual(
      offers.seen.map(({ text }) => text.length),
      [SMALL.length, LARGE.length, SMALL.length],
    );
    const [first] = offers.seen;
    assert.equal(first?.message.prefix.toString(), 'Received: by mail.valija.test\r\n');
    assert.equal(first?.message.recipients[0]?.nextHop.transport, 'smtp');
    assert.equal((await store.status(USUARIO1, 'INBOX')).ok, true);
    for (const { message } of offers.seen) await store.release(message.queueId);
  }
  await using again = openStore(folder, offers);
  await again.ready();
  assert.equal(offers.seen.length, 3);
  assert.deepEqual(readdirSync(join(folder, 'journal')), [], 'nothing is kept for what was taken');
});

test('what goes on is offered when its copies were told of: the end of a message stands last in the log', async () => {
  const folder = join(base, 'in-order');
  const told: string[] = [];
  await using store = openMaildirStore({
    base: join(folder, 'vhosts'),
    indexBase: join(folder, 'index'),
    journalFolder: join(folder, 'journal'),
    log: { write: () => undefined },
    onFiled: ({ queueId }) => void told.push(`filed ${queueId}`),
    onQueued: ({ queueId }) => void told.push(`offered ${queueId}`),
  });
  const many = Array.from({ length: 20 }, (_, i) => `both${i}`);
  await Promise.all(many.map((queueId) => store.commit(entry(queueId, SMALL, [FILED]))));
  await until(() => told.length === 2 * many.length);
  for (const queueId of many) assert.ok(told.indexOf(`filed ${queueId}`) < told.indexOf(`offered ${queueId}`), queueId);
});

async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !isSo() && Date.now() < deadline; ) await delay(10);
  assert.ok(isSo());
}

test('[C42] offered again after a crash until it is taken, and only then', async () => {
  const living = join(base, 'living');
  const crashed = join(base, 'crashed');
  {
    await using store = openStore(living, new Offers());
    await store.commit(entry('taken', SMALL));
    await store.commit(entry('waiting', LARGE, [FILED]));
    await store.release('taken');
    // The record of the release is on disk when something that came later is.
    await store.commit(entry('last', SMALL));
    cpSync(living, crashed, { recursive: true });
  }
  for (const round of [1, 2]) {
    const offers = new Offers();
    await using store = openStore(crashed, offers);
    await store.ready();
    await offers.wait(2);
    assert.deepEqual(offers.seen.map(({ message }) => message.queueId).sort(), ['last', 'waiting'], `start ${round}`);
    assert.equal(offers.seen.find(({ message }) => message.queueId === 'waiting')?.text, LARGE);
    const inbox = await store.status(USUARIO1, 'INBOX');
    assert.equal(inbox.ok && inbox.value.messages, 1, 'its own copy was not filed twice');
  }
});
