// Mailboxes that anybody may have written, and messages on their way in and out again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { parseFromLine } from './from-line.ts';
import { MboxScanner, type ScannedMessage } from './mbox-scanner.ts';

const FROM_LINE = 'From a@example.org  Sat Jan 16 18:22:00 2016';
const PIECES = [
  FROM_LINE,
  'From ',
  '>From ',
  ...['\n', '\r\n', '\n\n', '\r', ' ', '\t', '\0', 'ñ'],
  ...['Subject: x', 'Content-Length: 3', 'Status: RO', 'X-Status: A', 'X-UID: 4294967295', 'X-UID: 7', 'X-IMAP: 1 2'],
  'x'.repeat(1_100),
];
const mailbox = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join('')));

function scan(octets: Buffer, cut: number): { messages: ScannedMessage[]; strayBytes: number } {
  const scanner = new MboxScanner(0);
  const messages: ScannedMessage[] = [];
  for (let at = 0; at < octets.length; at += cut) messages.push(...scanner.push(octets.subarray(at, at + cut)));
  messages.push(...scanner.end());
  return { messages, strayBytes: scanner.strayBytes };
}

test('[T8] any mbox is messages one behind the other, however it was read', (context) => {
  alwaysHolds(
    context,
    fc.property(mailbox, fc.integer({ min: 1, max: 50 }), (octets, cut) => {
      const { messages, strayBytes } = scan(octets, octets.length + 1);
      assert.deepEqual(scan(octets, cut), { messages, strayBytes });
      let at = messages[0]?.offset ?? octets.length;
      for (const { offset, contentStart, contentEnd, end } of messages) {
        assert.equal(offset, at);
        assert.ok(offset < contentStart && contentStart <= contentEnd && contentEnd <= end);
        at = end;
      }
      assert.equal(at, octets.length);
    }),
  );
});

test('[T8] any line is a From_ line with a date, or none', (context) => {
  const words = ['From ', 'Sat', ', ', ' ', 'Jan', '16', '18:22:00', '2016', '+0000', 'remote from x', '99'];
  const line = fc.oneof(
    fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
  alwaysHolds(
    context,
    fc.property(line, (text) => {
      const date = parseFromLine(text);
      if (date !== undefined) assert.ok(Number.isFinite(date) && text.startsWith('From '));
    }),
  );
});
