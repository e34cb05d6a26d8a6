import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { memoryContent } from '../../../test/world/content.ts';
import { type GivenRecords, givenAnswers } from '../../../test/world/given-answers.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { openJudgementThreads } from './judgement-threads.ts';

const QUESTION = {
  clientAddress: '192.0.2.1',
  helo: 'mx.example.org',
  reversePath: 'ana@example.org',
  receiver: 'mail.valija.test',
};
const LETTER = Buffer.from('From: ana@example.org\r\n\r\nHola.\r\n');
const RECORDS = { 'example.org TXT': ['v=spf1 ip4:192.0.2.1 -all'], '_dmarc.example.org TXT': ['v=DMARC1; p=reject'] };

function resolverOf(records: GivenRecords): Resolver {
  return { resolve: givenAnswers(records) as Resolver['resolve'] };
}

const SILENT: Resolver = { resolve: () => Promise.withResolvers<never>().promise };

function open(resolver: Resolver, limits: Parameters<typeof openJudgementThreads>[1] = {}) {
  const log = collectingLog();
  return openJudgementThreads({ resolver, log }, { threads: 1, ...limits });
}

test('a message is judged in a thread, with the answers of our resolver', async () => {
  await using threads = open(resolverOf(RECORDS));
  const { spf, dmarc, answers } = await threads.judge({ ...QUESTION, content: memoryContent(LETTER) });
  assert.deepEqual([spf.result, dmarc.result, dmarc.policy], ['pass', 'pass', 'reject']);
  assert.deepEqual(answers.map(({ name }) => name).sort(), ['_dmarc.example.org', '_dmarc.org', 'example.org']);
});

test('a large message is read piece by piece, and not at all where nothing is signed', async () => {
  await using threads = open(resolverOf(RECORDS), { wholeOctets: 1_000, chunkOctets: 4_096 });
  const read: number[] = [];
  const octets = Buffer.concat([LETTER, Buffer.alloc(1_000_000, 'x\r\n')]);
  const content: MessageContent = {
    ...memoryContent(octets),
    sizeBytes: octets.length,
    async read(offset, lengthBytes) {
      read.push(lengthBytes);
      return octets.subarray(offset, offset + lengthBytes);
    },
  };
  const { dmarc } = await threads.judge({ ...QUESTION, content });
  assert.equal(dmarc.result, 'pass');
  assert.deepEqual(read, [4_096]);
});

test('while one message waits for the DNS the thread judges others', async () => {
  const quick = resolverOf(RECORDS);
  const resolver: Resolver = {
    resolve: (name, type) =>
      name.includes('slow') ? Promise.withResolvers<never>().promise : quick.resolve(name, type),
  };
  await using threads = open(resolver, { dns: { timeMs: 400, questions: 100 } });
  const slow = threads.judge({ ...QUESTION, reversePath: 'ana@slow.example', content: memoryContent(LETTER) });
  const order: string[] = [];
  await Promise.all([
    slow.then(({ spf }) => order.push(spf.result)),
    threads.judge({ ...QUESTION, content: memoryContent(LETTER) }).then(({ spf }) => order.push(spf.result)),
  ]);
  assert.deepEqual(order, ['pass', 'temperror']);
});

test('[T36] what finds no place is not judged, and is not called proven', async () => {
  await using threads = open(SILENT, { jobs: 1, waitingJobs: 1, dns: { timeMs: 200, questions: 10 } });
  const judged = await Promise.all(
    Array.from({ length: 4 }, () => threads.judge({ ...QUESTION, content: memoryContent(LETTER) })),
  );
  assert.deepEqual(
    judged.map(({ spf, dmarc }) => [spf.result, dmarc.result]),
    Array.from({ length: 4 }, () => ['temperror', 'temperror']),
  );
  assert.ok(judged.filter(({ dmarc }) => dmarc.reason === 'too many messages at once').length >= 2);
});

test('content that cannot be read is the caller’s failure, and the thread goes on', async () => {
  await using threads = open(resolverOf(RECORDS), { wholeOctets: 10 });
  const failure = new WorldError('read a message', { transient: true });
  const broken: MessageContent = { ...memoryContent(LETTER), sizeBytes: 100, read: () => Promise.reject(failure) };
  await assert.rejects(threads.judge({ ...QUESTION, content: broken }), failure);
  const { spf } = await threads.judge({ ...QUESTION, content: memoryContent(LETTER) });
  assert.equal(spf.result, 'pass');
});

test('closing settles what is under way', async () => {
  const threads = open(SILENT);
  const judged = threads.judge({ ...QUESTION, content: memoryContent(LETTER) });
  await threads[Symbol.asyncDispose]();
  assert.equal((await judged).dmarc.result, 'temperror');
});

test('[T36] a thread that does not come to an end is ended; the next message gets another', async () => {
  const log = collectingLog();
  const limits = { threads: 1, wholeOctets: 10, dns: { timeMs: 300, questions: 10 }, graceMs: 4_000 };
  await using threads = openJudgementThreads({ resolver: resolverOf(RECORDS), log }, limits);
  const stuck: MessageContent = { ...memoryContent(LETTER), read: () => Promise.withResolvers<never>().promise };
  const { dmarc } = await threads.judge({ ...QUESTION, content: stuck });
  assert.deepEqual([dmarc.result, dmarc.reason], ['temperror', 'an error of this server']);
  assert.ok(log.lines.some(({ text }) => text.includes('a thread was stuck')));
  assert.equal((await threads.judge({ ...QUESTION, content: memoryContent(LETTER) })).spf.result, 'pass');
});
