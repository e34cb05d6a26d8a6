import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertFedEveryWay } from '../../../test/world/feed.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { DotStuffing } from './dot-stuffing.ts';

function encode(chunks: Buffer[], bodyLines?: number): string {
  const encoder = new DotStuffing(bodyLines);
  const pieces: Buffer[] = [];
  for (const chunk of chunks) {
    if (!encoder.complete) pieces.push(encoder.encode(chunk));
  }
  return Buffer.concat([...pieces, Buffer.from(encoder.end())]).toString('latin1');
}

/** What a client makes of it. RFC 1939 §3. */
function decode(text: string): string {
  assert.ok(text.endsWith('.\r\n'));
  const lines = text.slice(0, -'.\r\n'.length).split('\r\n');
  assert.equal(lines.pop(), '');
  return lines.map((line) => `${line.startsWith('.') ? line.slice(1) : line}\r\n`).join('');
}

test('[C46] messages are dot-stuffed and end in CRLF, however they are read', () => {
  const cases: [string, string][] = [
    ['', '.\r\n'],
    ['a: b\r\n\r\ntext\r\n', 'a: b\r\n\r\ntext\r\n.\r\n'],
    ['.\r\n..\r\n.x\r\ny.\r\n', '..\r\n...\r\n..x\r\ny.\r\n.\r\n'],
    ['a\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r\n\r\nno end', 'a\r\n\r\nno end\r\n.\r\n'],
    ['\n.\n', '\r\n..\r\n.\r\n'],
    ['a\rb\r\n', 'a\rb\r\n.\r\n'],
    ['.', '..\r\n.\r\n'],
  ];
  for (const [message, expected] of cases) assertFedEveryWay(message, expected, encode);
});

test('[C46] TOP: the header, the empty line and so many lines of the body', () => {
  const message = 'a: b\r\nc: d\r\n\r\n.one\r\n\r\nthree\r\nfour';
  const header = 'a: b\r\nc: d\r\n\r\n';
  const cases: [number, string][] = [
    [0, `${header}.\r\n`],
    [1, `${header}..one\r\n.\r\n`],
    [2, `${header}..one\r\n\r\n.\r\n`],
    [3, `${header}..one\r\n\r\nthree\r\n.\r\n`],
    [4, `${header}..one\r\n\r\nthree\r\nfour\r\n.\r\n`],
    [9_999_999_999, `${header}..one\r\n\r\nthree\r\nfour\r\n.\r\n`],
  ];
  for (const [bodyLines, expected] of cases) {
    assertFedEveryWay(message, expected, (chunks) => encode(chunks, bodyLines));
    assertFedEveryWay(message.replaceAll('\r\n', '\n'), expected, (chunks) => encode(chunks, bodyLines));
  }
  assert.equal(encode([Buffer.from('only: header\r\n')], 0), 'only: header\r\n.\r\n');
});

test('octets that need no change are not copied', () => {
  const chunk = Buffer.from('a: b\r\n\r\nplain\r\n');
  const encoded = new DotStuffing(undefined).encode(chunk);
  assert.equal(encoded.buffer, chunk.buffer);
});

test('what a client decodes is the message with CRLF, cut as it may be', (context) => {
  const piece = fc.constantFrom('.', '..', '\r\n', '\n', 'x', 'some text', '.\r\n');
  alwaysHolds(
    context,
    fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
      const message = pieces.join('');
      const octets = Buffer.from(message);
      const chunks: Buffer[] = [];
      for (let at = 0; at < octets.length; at += size) chunks.push(octets.subarray(at, at + size));
      const normal = message.replace(/\r?\n/g, '\r\n');
      const expected = normal === '' || normal.endsWith('\r\n') ? normal : `${normal}\r\n`;
      assert.equal(decode(encode(chunks)), expected);
    }),
  );
});
