import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corpusMessage } from '../../../test/world/message-corpus.ts';
import { type BodySection, findSection, type SectionContent, selectHeaderFields } from './body-section.ts';
import { describeMessage } from './structure.ts';

const CONTENTS: Readonly<Record<string, SectionContent>> = {
  HEADER: { kind: 'header' },
  TEXT: { kind: 'text' },
  MIME: { kind: 'mime' },
};

/** `1.2.HEADER` → what FETCH BODY[1.2.HEADER] answers; `NIL` where there is none. */
function fetchSection(octets: Buffer, text: string): string {
  const words = text === '' ? [] : text.split('.');
  const part = words.filter((word) => /^\d+$/.test(word)).map(Number);
  const section: BodySection = { part, content: CONTENTS[words.at(-1) ?? ''] ?? { kind: 'whole' } };
  const found = findSection(describeMessage(octets).structure, section);
  if (found === undefined) return 'NIL';
  assert.ok(found.kind === 'range');
  return octets.toString('latin1', found.range.start, found.range.end);
}

test('sections of a message without parts', () => {
  const octets = Buffer.from('Subject: x\r\n\r\nbody\r\n');
  for (const [section, expected] of [
    ['', 'Subject: x\r\n\r\nbody\r\n'],
    ['HEADER', 'Subject: x\r\n\r\n'],
    ['TEXT', 'body\r\n'],
    ['1', 'body\r\n'],
    ['1.MIME', 'Subject: x\r\n\r\n'],
    ['2', 'NIL'],
    ['0', 'NIL'],
    ['1.1', 'NIL'],
    ['1.HEADER', 'NIL'],
    ['1.TEXT', 'NIL'],
  ] as const) {
    assert.equal(fetchSection(octets, section), expected, section);
  }
});

test('sections of nested messages and multiparts', () => {
  const octets = corpusMessage('nested-messages');
  for (const [section, expected] of [
    ['HEADER', 'Subject: level 0\r\nContent-Type: message/rfc822\r\n\r\n'],
    ['1.HEADER', 'Subject: level 1\r\nContent-Type: message/rfc822\r\n\r\n'],
    ['1.1.HEADER', 'Subject: level 2\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n'],
    ['1.1.MIME', 'Subject: level 1\r\nContent-Type: message/rfc822\r\n\r\n'],
    ['1.1.1', 'part one of level 2'],
    ['1.1.1.MIME', '\r\n'],
    ['1.1.2.MIME', 'Content-Type: message/rfc822\r\n\r\n'],
    ['1.1.2', 'Subject: level 3\r\n\r\ntext of level 3'],
    ['1.1.2.HEADER', 'Subject: level 3\r\n\r\n'],
    ['1.1.2.TEXT', 'text of level 3'],
    ['1.1.2.1', 'text of level 3'],
    ['1.1.2.1.1', 'NIL'],
    ['1.1.3', 'NIL'],
    ['1.1.1.1', 'NIL'],
    ['1.2', 'NIL'],
  ] as const) {
    assert.equal(fetchSection(octets, section), expected, section);
  }
});

test('chosen header fields stand as they are, in their order, with an empty line', () => {
  const header = Buffer.from('From: a\r\nX-Y: 1\r\n folded\r\nTo: b\r\nbroken line\r\nx-y: 2\r\n\r\n');
  const select = (names: string[], not = false) => selectHeaderFields(header, names, not).toString();
  assert.equal(select(['to', 'X-Y']), 'X-Y: 1\r\n folded\r\nTo: b\r\nx-y: 2\r\n\r\n');
  assert.equal(select(['Subject']), '\r\n');
  assert.equal(select(['x-y', 'from'], true), 'To: b\r\nbroken line\r\n\r\n');
  assert.deepEqual(
    findSection(describeMessage(header).structure, {
      part: [],
      content: { kind: 'header-fields', names: ['To'], not: true },
    }),
    { kind: 'fields', header: { start: 0, end: header.length }, names: ['To'], not: true },
  );
});
