import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryContent } from '../../../test/world/content.ts';
import { type MessageHeader, readMessageHeader, textsOf } from './message-header.ts';

const LIMIT = 1_048_576;

async function read(text: string, limit = LIMIT): Promise<MessageHeader> {
  const header = await readMessageHeader(memoryContent(Buffer.from(text)), limit);
  assert.ok(header);
  return header;
}

test('the header ends at the empty line, and the body is not looked at', async () => {
  const header = await read('From: a@valija.test\r\nSubject: uno\r\n dos\r\n\r\nTo: nobody\r\n');
  assert.deepEqual(textsOf(header, 'subject'), ['uno dos']);
  assert.deepEqual(textsOf(header, 'to'), []);
  assert.deepEqual([header.end, header.separated], [41, true]);
});

test('what people type by hand: a body without a header, or without the empty line', async () => {
  const bare = await read('Hola\r\nAdios\r\n');
  assert.deepEqual([bare.fields.length, bare.end, bare.separated], [0, 0, false]);
  const joined = await read('Subject: x\r\nHola, profe: bien\r\n\r\nmas\r\n');
  assert.deepEqual([joined.fields.length, joined.end, joined.separated], [1, 12, false]);
});

test('an empty message, a header alone, a body alone', async () => {
  assert.deepEqual((await read('')).end, 0);
  const alone = await read('Subject: x');
  assert.deepEqual([textsOf(alone, 'subject'), alone.end, alone.separated], [['x'], 10, true]);
  const body = await read('\r\nHola\r\n');
  assert.deepEqual([body.fields.length, body.end, body.separated], [0, 0, true]);
});

test('the From_ line of an mbox is no field, and does not end the header', async () => {
  const header = await read('From usuario1@valija.test Sat Nov 21 10:00:00 2026\r\nSubject: x\r\n\r\n');
  assert.ok(header.mboxLine);
  assert.deepEqual(textsOf(header, 'subject'), ['x']);
});

test('[T20] a header longer than the first read is read to its end; beyond the limit it is said to be too large', async () => {
  const long = `${'X-Filler: 0123456789012345678901234567890123456789\r\n'.repeat(2_000)}Subject: x\r\n\r\nHola\r\n`;
  const header = await read(long);
  assert.deepEqual(textsOf(header, 'subject'), ['x']);
  assert.equal(header.end, long.length - 'Hola\r\n'.length - 2);
  assert.equal(await readMessageHeader(memoryContent(Buffer.from(long)), 50_000), undefined);
  assert.equal(await readMessageHeader(memoryContent(Buffer.alloc(60_000_000, 'a')), LIMIT), undefined);
});

test('the empty line is found wherever the first read ends', async () => {
  for (let filler = 16_360; filler < 16_384; filler++) {
    const text = `X: ${'y'.repeat(filler)}\r\n\r\nbody\r\n${'z'.repeat(20_000)}`;
    const header = await read(text);
    assert.deepEqual([header.end, header.separated], [filler + 5, true], `filler ${filler}`);
  }
});
