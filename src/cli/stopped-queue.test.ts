// What the commands tell of the queue while no server runs.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { untried } from '#mail/queue/recipient-progress.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { openQueueStore } from '#platform/queue-store/open-queue-store.ts';
import { valija } from '../../test/world/valija-command.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 5);
const REASON = 'connect to mx.example.org[192.0.2.1]:25: Connection refused';

async function stateWithMail(context: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-queue-'));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'valija.toml'), '[[listen]]\nservice = "smtp"\nport = 0\n');
  const places = { database: join(folder, 'queue.db'), folder: join(folder, 'queue') };
  await using store = await openQueueStore(places, NOW_MS, { write: () => undefined });
  for (const [queueId, address] of [
    ['4A1', 'ana@example.org'],
    ['4A2', 'bea@example.net'],
  ] as const) {
    const destination = address.slice(4);
    const parameters = { notify: undefined, orcpt: undefined };
    const recipient = { address, original: address, parameters, nextHop: { transport: 'smtp', destination } } as const;
    const tracked = untried(recipient, 0, NOW_MS);
    const outcome = { kind: 'deferred', status: '4.4.1', text: REASON } as const;
    const progress = { ...tracked.progress, attempts: 1, lastAttemptMs: NOW_MS, outcome };
    const envelope = {
      ...({ queueId, arrivedMs: NOW_MS, sender: 'usuario1@valija.test', body: '7BIT', smtpUtf8: false } as const),
      ...{ dsn: { ret: undefined, envid: undefined }, origin: 'usuario1', prefix: Buffer.alloc(0), sizeBytes: 3 },
    };
    await store.keep(envelope, [{ ...tracked, progress }], memoryContent(Buffer.from('x\r\n')));
  }
  await store.change(['4A2'], { kind: 'hold' });
  return join(folder, 'valija.toml');
}

test('list, show and mailq read what lies on the disk; what changes something needs the server', async (context) => {
  const config = await stateWithMail(context);
  const run = (...words: string[]) => valija({ configFile: config }, ...words);
  const listed = JSON.parse((await run('queue', 'list', '--json')).output) as { queueId: string; state: string }[];
  assert.deepEqual(
    listed.map(({ queueId, state }) => [queueId, state]),
    [
      ['4A1', 'deferred'],
      ['4A2', 'hold'],
    ],
  );
  const filtered = JSON.parse((await run('queue', 'list', '--domain', 'example.net', '--json')).output);
  assert.equal(filtered.length, 1);
  assert.equal((await run('queue', 'list', '--state', 'active', '--json')).output.trim(), '[]');
  assert.match((await run('queue', 'show', '4A1')).output, /Connection refused/);
  assert.equal((await run('queue', 'show', '4A9')).code, 66);
  assert.match((await run('mailq')).output, /^-Queue ID-.*\n4A1 [\s\S]*4A2! [\s\S]*-- 0 Kbytes in 2 Requests\.\n$/);
  assert.deepEqual(JSON.parse((await run('mailq', '--json')).output), listed);
  const changing = await run('queue', 'retry', '4A1');
  assert.deepEqual([changing.code, changing.output], [69, '']);
  assert.match(changing.errors, /no server/i);
});

test('a state that never had a queue has an empty one', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-queue-'));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'valija.toml'), '[[listen]]\nservice = "smtp"\nport = 0\n');
  assert.equal((await valija({ configFile: join(folder, 'valija.toml') }, 'mailq')).output, 'Mail queue is empty\n');
});
