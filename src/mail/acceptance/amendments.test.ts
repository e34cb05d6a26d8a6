import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { memoryContent } from '../../../test/world/content.ts';
import { type Amendments, amend, submissionAmendments, TRANSPORT_AMENDMENTS } from './amendments.ts';
import { type MessageHeader, readMessageHeader } from './message-header.ts';

const CONTEXT = {
  author: 'usuario1@valija.test',
  queueId: '4ZxQ0',
  myhostname: 'mail.valija.test',
  nowMs: Date.UTC(2026, 10, 21, 10),
};

const submission = (header: MessageHeader) => submissionAmendments(header, CONTEXT);
const transport = () => TRANSPORT_AMENDMENTS;

async function amendText(text: string, amendments: (header: MessageHeader) => Amendments) {
  const original = memoryContent(Buffer.from(text));
  const header = await readMessageHeader(original, 1_048_576);
  assert.ok(header);
  const { content, changes } = amend(original, header, amendments(header));
  return { text: await streamed(content), changes, same: content === original, content };
}

async function streamed(content: MessageContent): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of content.stream()) chunks.push(chunk);
  const octets = Buffer.concat(chunks);
  assert.equal(octets.length, content.sizeBytes);
  return octets.toString();
}

test('[C55] [C74] a submitted message gets Date and Message-ID, and loses Bcc', async () => {
  const { text, changes } = await amendText(
    'From: usuario1@valija.test\r\nBcc: a@valija.test,\r\n b@valija.test\r\nSubject: x\r\nResent-Bcc: c@valija.test\r\n\r\nHola\r\n',
    submission,
  );
  assert.equal(
    text,
    'From: usuario1@valija.test\r\nSubject: x\r\n' +
      'Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n' +
      'Message-ID: <20261121100000.4ZxQ0@mail.valija.test>\r\n\r\nHola\r\n',
  );
  assert.deepEqual(changes, ['removed Bcc', 'removed Resent-Bcc', 'added Date', 'added Message-ID']);
});

test('[C74] a whole message is submitted as it is', async () => {
  const whole =
    'from: usuario1@valija.test\r\nDATE: Sat, 21 Nov 2026 10:00:00 +0000\r\nmessage-id: <a@b>\r\n\r\nHola\r\n';
  const { same, changes } = await amendText(whole, submission);
  assert.deepEqual([same, changes], [true, []]);
});

test('[C74] on 25 a message without Date and with Bcc stays as it came', async () => {
  const { same } = await amendText('From: ana@example.com\r\nBcc: usuario2@valija.test\r\n\r\nHola\r\n', transport);
  assert.equal(same, true);
});

test("[C75] a stranger's Return-Path lines go", async () => {
  const { text } = await amendText(
    'Return-Path: <x@example.com>\r\nFrom: ana@example.com\r\nreturn-path: <y@example.com>\r\n\r\nReturn-Path: body\r\n',
    transport,
  );
  assert.equal(text, 'From: ana@example.com\r\n\r\nReturn-Path: body\r\n');
});

test('what was typed without a header becomes a message with a body', async () => {
  const { text } = await amendText('Hola, profe\r\n', submission);
  assert.equal(
    text,
    'From: usuario1@valija.test\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n' +
      'Message-ID: <20261121100000.4ZxQ0@mail.valija.test>\r\n\r\nHola, profe\r\n',
  );
});

test('a header whose last line has no end does not run into what is added', async () => {
  const { text } = await amendText('From: usuario1@valija.test', submission);
  assert.match(text, /^From: usuario1@valija\.test\r\nDate: .*\r\nMessage-ID: .*\r\n$/);
});

const fieldLine = fc.constantFrom(
  'Subject: hola\r\n',
  'Bcc: a@valija.test\r\n',
  'BCC: b@valija.test,\r\n\tc@valija.test\r\n',
  'Return-Path: <x@example.com>\r\n',
  'Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n',
  'X-Long: a\r\n b\r\n c\r\n',
  'From: usuario1@valija.test\r\n',
);

test('[C74] whatever the header, the body stays octet for octet, and no Bcc is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fieldLine, { maxLength: 12 }),
      fc.uint8Array({ maxLength: 3_000 }),
      async (fields, bodyOctets) => {
        const body = Buffer.from(bodyOctets);
        const original = memoryContent(Buffer.concat([Buffer.from(`${fields.join('')}\r\n`), body]));
        const header = await readMessageHeader(original, 1_048_576);
        assert.ok(header);
        const { content } = amend(original, header, submission(header));
        const all = await content.read(0, content.sizeBytes);
        assert.equal(all.length, content.sizeBytes);
        assert.deepEqual(all.subarray(all.length - body.length), body);
        const head = all.toString('latin1', 0, all.length - body.length);
        assert.doesNotMatch(head, /^(?:Bcc|Return-Path):/im);
        assert.match(head, /\r\n\r\n$/);
      },
    ),
    { numRuns: 300 },
  );
});

test('any slice of an amended message is the same slice of its stream', async () => {
  const { content, text } = await amendText('Bcc: x@valija.test\r\n\r\n0123456789abcdef\r\n', submission);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: text.length + 5 }), fc.nat({ max: text.length + 5 }), async (offset, length) => {
      const slice = await content.read(offset, length);
      assert.equal(slice.toString(), text.slice(offset, offset + length));
    }),
    { numRuns: 300 },
  );
});
