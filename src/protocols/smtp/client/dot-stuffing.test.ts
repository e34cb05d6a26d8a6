import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadCpuMs } from '../../../../test/world/cpu-time.ts';
import { feedings } from '../../../../test/world/feed.ts';
import { alwaysHolds } from '../../../../test/world/generated-inputs.ts';
import { SmtpFraming } from '../framing.ts';
import { DotStuffing } from './dot-stuffing.ts';

function stuffed(chunks: readonly Buffer[], lineLimit = 998): string {
  const stuffing = new DotStuffing(lineLimit);
  return Buffer.concat([...chunks.map((chunk) => stuffing.push(chunk)), stuffing.end()]).toString('latin1');
}

const CASES: readonly (readonly [content: string, wire: string])[] = [
  ['', '.\r\n'],
  ['a\r\n', 'a\r\n.\r\n'],
  ['a', 'a\r\n.\r\n'],
  ['.\r\n..\r\n.a\r\n', '..\r\n...\r\n..a\r\n.\r\n'],
  ['a.b\r\n', 'a.b\r\n.\r\n'],
  ['a\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\r.\r\n', 'a .\r\n.\r\n'],
  ['a\r', 'a\r\n.\r\n'],
  ['a\r\r\nb', 'a \r\nb\r\n.\r\n'],
  ['\r\n.\r', '\r\n..\r\n.\r\n'],
];

test('[T1] lines end in CRLF only, and no line of the content ends it, however it comes', () => {
  for (const [content, wire] of CASES) {
    for (const { name, chunks } of feedings(Buffer.from(content, 'latin1'))) {
      assert.equal(stuffed(chunks), wire, `${JSON.stringify(content)} ${name}`);
    }
  }
});

test('what needs no change is not copied', () => {
  const octets = Buffer.from('Subject: a\r\n\r\nhello\r\n');
  assert.equal(new DotStuffing().push(octets), octets);
});

test('long lines are broken', () => {
  for (const { chunks } of feedings(Buffer.from(`${'x'.repeat(25)}\r\n.yyyyyyyyyyyy\r\n`))) {
    assert.equal(stuffed(chunks, 10), 'xxxxxxxxxx\r\n xxxxxxxxx\r\n xxxxxx\r\n..yyyyyyyyy\r\n yyy\r\n.\r\n');
  }
});

test('[T1] whatever goes in, a server reads exactly one message', (context) => {
  const piece = fc.constantFrom('.', '\r', '\n', '\r\n', 'a', '\r\n.\r\n', '\n.\n', '..');
  alwaysHolds(
    context,
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const framing = new SmtpFraming();
      framing.push(Buffer.from(stuffed(pieces.map((each) => Buffer.from(each)))));
      framing.beginData();
      let frame = framing.nextDataOctets();
      while (frame?.kind === 'octets') frame = framing.nextDataOctets();
      assert.equal(frame?.kind, 'end');
      assert.equal(framing.nextDataOctets(), undefined);
      assert.equal(framing.nextLine(100), undefined);
    }),
  );
});

test('[T6] a megabyte of line ends takes no time', () => {
  for (const text of ['\r', '\n', '.', '\r\n.']) {
    const beganMs = threadCpuMs();
    stuffed([Buffer.alloc(1_048_576, text)]);
    assert.ok(threadCpuMs() - beganMs < 5_000, JSON.stringify(text));
  }
});
