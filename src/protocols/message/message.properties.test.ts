// What holds for any octets at all: nothing throws, every range lies in its parent, pieces change nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { corpusMessages } from '../../../test/world/message-corpus.ts';
import { parseAddressList } from './address-list.ts';
import { findSection } from './body-section.ts';
import { findContentType, findDisposition, findEncoding, parseLanguages } from './content-type.ts';
import { parseDateTime } from './date-time.ts';
import { parseDomainName, parseMailDomain } from './domain-name.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import type { BodyPart, MessageDescription } from './envelope.ts';
import { fieldText, parseHeaderFields } from './header-fields.ts';
import { MESSAGE_LIMITS } from './limits.ts';
import { MessageParser } from './message-parser.ts';
import { findParameter } from './parameters.ts';
import { describeMessage } from './structure.ts';
import { openPartText, textParts } from './text-content.ts';

/** Pieces of messages, put together at random: far more of the grammar is reached than by random octets. */
const PIECES = [
  '\r\n',
  '\n',
  '\r',
  ' ',
  '\t',
  '--',
  '--b',
  '--b--',
  '--bb',
  '--bb--',
  'b',
  ':',
  ';',
  '=',
  '"',
  '(',
  ')',
  '\\',
  '<',
  '>',
  '@',
  ',',
  '\x00',
  '\xff',
  'Content-Type: multipart/mixed; boundary=b\r\n',
  'Content-Type: multipart/digest; boundary=bb\r\n',
  'Content-Type: message/rfc822\r\n',
  'Content-Type: text/plain; charset=utf-8\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  "Content-Disposition: attachment; filename*0*=a''%C3",
  'From: a@b.example\r\n',
  'Subject: =?utf-8?q?=C3=B1?=\r\n',
  'To: g: "a" <b@c>, ;',
];
const pieces = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
    ),
    { maxLength: 60, size: 'max' },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));
const messages = fc.oneof(
  pieces,
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
);

function assertRanges(part: BodyPart, start: number, end: number): void {
  assert.ok(start <= part.header.start && part.header.start <= part.header.end, 'a header begins in its parent');
  assert.equal(part.header.end, part.body.start, 'the body begins where the header ends');
  assert.ok(part.body.start <= part.body.end && part.body.end <= end, 'the body ends in its parent');
  const children = part.kind === 'multipart' ? part.children : part.kind === 'message' ? [part.content] : [];
  assert.ok(part.kind !== 'multipart' || children.length > 0, 'a multipart has parts');
  let at = part.body.start;
  for (const child of children) {
    assertRanges(child, at, part.body.end);
    at = child.body.end;
  }
}

function assertSound(octets: Buffer, { structure }: MessageDescription): void {
  assert.equal(structure.header.start, 0);
  assert.equal(structure.body.end, octets.length);
  assertRanges(structure, 0, octets.length);
  for (const part of textParts(structure)) {
    const decoder = openPartText(part);
    assert.equal(typeof (decoder.push(octets.subarray(part.body.start, part.body.end)) + decoder.end()), 'string');
  }
}

const limits = fc.record({
  maxParts: fc.integer({ min: 1, max: 6 }),
  maxDepth: fc.integer({ min: 1, max: 4 }),
  maxHeaderBytes: fc.integer({ min: 0, max: 100 }),
  maxAllHeadersBytes: fc.integer({ min: 0, max: 200 }),
  maxHeaderFields: fc.integer({ min: 0, max: 5 }),
});

test('[T18] [T19] [T20] any octets have a sound description, within any limits', (context) => {
  alwaysHolds(
    context,
    fc.property(messages, fc.oneof(fc.constant(MESSAGE_LIMITS), limits), (octets, limit) => {
      assertSound(octets, describeMessage(octets, limit));
    }),
  );
});

test('how the octets were cut changes nothing', (context) => {
  alwaysHolds(
    context,
    fc.property(
      messages,
      fc.array(fc.nat(400), { maxLength: 8 }),
      fc.oneof(fc.constant(MESSAGE_LIMITS), limits),
      (octets, cuts, limit) => {
        const parser = new MessageParser(limit);
        const places = [0, ...cuts.map((cut) => Math.min(cut, octets.length)), octets.length].sort((a, b) => a - b);
        for (const [i, place] of places.entries()) parser.push(octets.subarray(places[i - 1] ?? 0, place));
        assert.deepEqual(parser.end(), describeMessage(octets, limit));
      },
    ),
  );
});

test('the messages of the corpus, with octets changed, cut out and doubled', (context) => {
  const corpus = fc.constantFrom(...corpusMessages().map(({ octets }) => octets));
  const change = fc.record({ at: fc.nat(1_000), remove: fc.nat(20), insert: fc.constantFrom('', ...PIECES) });
  alwaysHolds(
    context,
    fc.property(corpus, fc.array(change, { minLength: 1, maxLength: 5 }), (octets, changes) => {
      for (const { at, remove, insert } of changes) {
        octets = Buffer.concat([octets.subarray(0, at), Buffer.from(insert, 'latin1'), octets.subarray(at + remove)]);
      }
      assertSound(octets, describeMessage(octets));
    }),
  );
});

test('every section of every part lies in the message', (context) => {
  alwaysHolds(
    context,
    fc.property(messages, fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }), (octets, part) => {
      const { structure } = describeMessage(octets);
      for (const kind of ['whole', 'header', 'text', 'mime'] as const) {
        const found = findSection(structure, { part, content: { kind } });
        if (found?.kind === 'range') assert.ok(0 <= found.range.start && found.range.end <= octets.length);
      }
    }),
  );
});

test('header fields lie one behind the other, and nothing is between them', (context) => {
  alwaysHolds(
    context,
    fc.property(messages, (octets) => {
      const block = parseHeaderFields(octets);
      let at = 0;
      for (const field of block.fields) {
        assert.equal(field.range.start, at);
        assert.ok(field.range.start <= field.value.start && field.value.start <= field.value.end);
        assert.ok(field.value.end <= field.range.end);
        assert.doesNotMatch(fieldText(block, field), /[\r\n]/);
        at = field.range.end;
      }
      assert.ok(block.bodyStart - at <= 2);
    }),
  );
});

test('[T8] no text makes any reader of fields throw', (context) => {
  const text = fc.oneof(
    pieces.map((octets) => octets.toString('latin1')),
    fc.string({ unit: 'binary' }),
    fc.string(),
  );
  alwaysHolds(
    context,
    fc.property(text, (value) => {
      parseAddressList(value);
      parseDateTime(value);
      parseDomainName(value);
      parseMailDomain(value);
      decodeEncodedWords(value);
      findContentType(value);
      findEncoding(value);
      parseLanguages(value);
      for (const [name] of findDisposition(`x;${value}`)?.parameters ?? [])
        findParameter([[name, value]], name.replace('*', ''));
    }),
  );
});
