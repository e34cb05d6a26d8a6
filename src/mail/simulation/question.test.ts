import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSimulationQuestion } from './question.ts';
import { simulatedMessage } from './simulated-message.ts';

const QUESTION = {
  door: 'smtp',
  clientAddress: '2001:db8::7',
  helo: 'mx.example.org',
  sender: '',
  recipients: ['usuario1@valija.test'],
  tls: false,
  asksServices: false,
} as const;

test('a question has its shape and its limits', () => {
  assert.equal(parseSimulationQuestion(QUESTION).ok, true);
  const wrong = (changed: object) => parseSimulationQuestion({ ...QUESTION, ...changed }).ok;
  assert.equal(wrong({ door: 'imap' }), false);
  assert.equal(wrong({ clientAddress: '192.0.2.300' }), false);
  assert.equal(wrong({ helo: 'x'.repeat(3_000) }), false);
  assert.equal(wrong({ recipients: Array.from({ length: 1_001 }, () => 'a@example.org') }), false);
  assert.equal(wrong({ recipients: [] }), false);
  assert.equal(wrong({ sizeBytes: -1 }), false);
  assert.equal(wrong({ sizeBytes: 2 ** 31 }), false);
  assert.equal(wrong({ tls: 'yes' }), false);
  assert.equal(parseSimulationQuestion(null).ok, false);
});

test('a large message is made while it is read, line by line', async () => {
  const content = simulatedMessage({ ...QUESTION, sizeBytes: 1_000_000 }, 0);
  assert.equal(content.sizeBytes, 1_000_000);
  const pieces: Buffer[] = [];
  for await (const piece of content.stream()) pieces.push(piece);
  const whole = Buffer.concat(pieces);
  assert.equal(whole.length, 1_000_000);
  assert.deepEqual(await content.read(500, 200_000), whole.subarray(500, 200_500));
  const lines = whole.toString().split('\r\n');
  assert.ok(lines.every((line) => line.length <= 78));
  assert.equal(lines[0], 'From: <postmaster@localhost>');
});

test('[T11] a name cannot add a line to the message that is made', async () => {
  const recipients = ['usuario1@valija.test>\r\nBcc: <x@example.org'];
  const content = simulatedMessage({ ...QUESTION, recipients }, 0);
  assert.doesNotMatch((await content.read(0, 1_000)).toString(), /^Bcc/m);
});
