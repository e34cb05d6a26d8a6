import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import { fileContent } from '#platform/files/file-content.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { packCommits, type SaidCommit, unpackCommits } from './packed-commits.ts';

const copyOf = (name: string, prefix: string) => ({
  account: `${name}@valija.test` as AccountId,
  mailbox: 'INBOX',
  prefix: Buffer.from(prefix),
  internalDateMs: 1_000,
  systemFlags: 0,
  keywords: [],
  recipients: [`${name}@valija.test`],
});

const COMMITS: readonly SaidCommit[] = [
  {
    callId: 7,
    id: 'A',
    arrivedMs: 1_000,
    envelope: '{"ñ":1}',
    copies: [copyOf('usuario1', 'Return-Path: <>\r\n'), copyOf('usuario2', '')],
    content: Buffer.from('uno\0\xff', 'latin1'),
  },
  { callId: 8, id: 'B', arrivedMs: 2_000, envelope: '{}', copies: [], content: Buffer.alloc(0) },
  {
    callId: 9,
    id: 'C',
    arrivedMs: 3_000,
    envelope: '{}',
    copies: [copyOf('usuario3', 'tres')],
    queued: {
      queueId: 'C',
      arrivedMs: 3_000,
      sender: 'ana@example.org',
      body: '8BITMIME',
      smtpUtf8: false,
      dsn: { ret: 'HDRS', envid: undefined },
      origin: '192.0.2.1',
      prefix: Buffer.from('Received: here\r\n'),
      sizeBytes: 5_000_000,
      recipients: [],
    },
    content: { kind: 'file', path: '/nowhere', sizeBytes: 5_000_000 },
  },
];

test('what was packed is taken apart as it was, each content its own', async () => {
  const packed = structuredClone(packCommits(COMMITS));
  const elsewhere: unknown[] = [];
  const unpacked = unpackCommits(packed, (content) => {
    if (Buffer.isBuffer(content)) return memoryContent(content);
    elsewhere.push(content);
    return fileContent('/nowhere', content.sizeBytes);
  });
  assert.deepEqual(elsewhere, [COMMITS[2]?.content]);
  assert.deepEqual(
    unpacked.map(({ callId }) => callId),
    [7, 8, 9],
  );
  for (const [i, { delivery }] of unpacked.entries()) {
    const { callId: _, content, ...said } = COMMITS[i]!;
    const { content: there, ...rest } = delivery;
    // JSON does not know «undefined»: a member that is not there reads the same.
    assert.deepEqual(JSON.parse(JSON.stringify(rest)), JSON.parse(JSON.stringify(said)));
    if (Buffer.isBuffer(content)) assert.deepEqual(await there.read(0, there.sizeBytes), content);
  }
});
