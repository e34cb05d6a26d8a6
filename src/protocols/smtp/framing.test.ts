import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertFedEveryWay, assertLeavesTrailing } from '../../../test/world/feed.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { checkLineEnds, type LineFrame, SmtpFraming } from './framing.ts';

/** As a connection does it, in memory that each chunk overwrites. */
const memory = Buffer.alloc(65_536);

function lend(framing: SmtpFraming, chunk: Buffer): void {
  framing.ownRest();
  memory.fill('!');
  framing.push(memory.subarray(0, chunk.copy(memory)));
}

function readLines(chunks: Buffer[], limitOctets = 100): LineFrame[] {
  const framing = new SmtpFraming();
  const frames: LineFrame[] = [];
  for (const chunk of chunks) {
    lend(framing, chunk);
    for (let frame = framing.nextLine(limitOctets); frame !== undefined; frame = framing.nextLine(limitOctets)) {
      frames.push(frame);
      if (frame.kind === 'broken-line' && (frame.defect === 'too-long' || frame.defect === 'bare-line-end'))
        return frames;
    }
  }
  return frames;
}

interface ReadContent {
  readonly value: { readonly ended: 'end' | 'broken' | 'waiting'; readonly text: string };
  readonly rest: Buffer;
}

/** Reads one DATA content, and what was pushed behind it. */
function readData(chunks: Buffer[]): ReadContent {
  const framing = new SmtpFraming();
  framing.beginData();
  const pieces: Buffer[] = [];
  let ended: ReadContent['value']['ended'] = 'waiting';
  let broken = false;
  for (const chunk of chunks) {
    lend(framing, chunk);
    while (ended === 'waiting') {
      const frame = framing.nextDataOctets();
      if (frame === undefined) break;
      if (frame.kind === 'bare-line-end') broken = true;
      else if (frame.kind === 'end') ended = broken ? 'broken' : 'end';
      else if (!broken) pieces.push(Buffer.from(frame.octets));
    }
  }
  const text = Buffer.concat(pieces).toString('latin1');
  return { value: { ended, text }, rest: Buffer.from(framing.nextCountedOctets(1_000_000) ?? []) };
}

function unfinished(text: string): ReadContent['value'] {
  return { ended: 'waiting', text };
}

test('lines come out the same however the stream is cut', () => {
  assertFedEveryWay(
    'EHLO a.example\r\n\r\nMAIL FROM:<ñ@b>\r\nrest',
    [
      { kind: 'line', text: 'EHLO a.example' },
      { kind: 'line', text: '' },
      { kind: 'line', text: 'MAIL FROM:<ñ@b>' },
    ],
    (chunks) => readLines(chunks),
  );
});

test('[T1] a line ends in CRLF and in nothing else', () => {
  for (const line of ['NOOP\n', '\n', 'NOOP\rRSET\r\n', 'NOOP\r\r\n', 'NOOP\n\r\n']) {
    assertFedEveryWay(line, { kind: 'broken-line', defect: 'bare-line-end' }, (chunks) => readLines(chunks)[0]);
  }
});

test('[T5] control characters are refused, and the next line is read again', () => {
  for (const character of ['\x00', '\x01', '\t', '\x1b', '\x7f', '\u0080', '\u009f']) {
    assertFedEveryWay(
      `NOOP ${character}\r\nNOOP\r\n`,
      [
        { kind: 'broken-line', defect: 'control-character' },
        { kind: 'line', text: 'NOOP' },
      ],
      (chunks) => readLines(chunks),
    );
  }
});

test('[T8] a line is UTF-8 or nothing', () => {
  for (const octets of ['\xff', '\xc0\xaf', '\xed\xa0\x80', '\xf0\x9f\x98', '\xe9', '\xf4\x90\x80\x80']) {
    assertFedEveryWay(
      Buffer.from(`MAIL FROM:<${octets}@b>\r\n`, 'latin1'),
      [{ kind: 'broken-line', defect: 'not-utf8' }],
      (chunks) => readLines(chunks),
    );
  }
});

test('[T5][T12] a line is cut off at its limit, with and without an end', () => {
  const fitting = `${'a'.repeat(98)}\r\n`;
  assertFedEveryWay(fitting, [{ kind: 'line', text: 'a'.repeat(98) }], (chunks) => readLines(chunks));
  for (const line of [`${'a'.repeat(99)}\r\n`, 'a'.repeat(101)]) {
    assertFedEveryWay(line, [{ kind: 'broken-line', defect: 'too-long' }], (chunks) => readLines(chunks));
  }
});

test('content ends at CRLF.CRLF, dots are unstuffed, what follows is left alone', () => {
  const cases: readonly (readonly [wire: string, content: string])[] = [
    ['.\r\n', ''],
    ['a\r\n.\r\n', 'a\r\n'],
    ['a\r\n\r\n.\r\n', 'a\r\n\r\n'],
    ['..\r\n.\r\n', '.\r\n'],
    ['...\r\n..a\r\n.b\r\n.\r\n', '..\r\n.a\r\nb\r\n'],
    ['a.\r\n.\r\n', 'a.\r\n'],
    ['\r\n.\r\n', '\r\n'],
    ['\x00\xff\x80\r\n.\r\n', '\x00\xff\x80\r\n'],
  ];
  for (const [wire, text] of cases) {
    assertLeavesTrailing(Buffer.from(wire, 'latin1'), { ended: 'end', text }, readData);
  }
});

test('[T1] nothing else ends the content, and bare CR or LF breaks it', () => {
  for (const ending of ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r', '\r.\r\n', '\r\n.\r', '\n\n.\n\n', '\r\n.\r\r\n']) {
    const wire = Buffer.from(`a${ending}MAIL FROM:<x@y>\r\n`);
    for (let cut = 1; cut < wire.length; cut++) {
      const { value } = readData([wire.subarray(0, cut), wire.subarray(cut)]);
      assert.equal(value.ended, 'broken', JSON.stringify(ending));
    }
    assert.equal(readData(Array.from(wire, (_, i) => wire.subarray(i, i + 1))).value.ended, 'broken');
  }
  const withNul = Buffer.from('a\r\n\x00.\r\nMAIL FROM:<x@y>\r\n');
  assert.deepEqual(readData([withNul]).value, unfinished('a\r\n\x00.\r\nMAIL FROM:<x@y>\r\n'));
});

test('an undecided end is held back and no more than that', () => {
  const framing = new SmtpFraming();
  framing.beginData();
  framing.push(Buffer.from('abc\r\n.\r'));
  const frame = framing.nextDataOctets();
  assert.equal(frame?.kind === 'octets' && frame.octets.toString(), 'abc\r\n');
  assert.equal(framing.nextDataOctets(), undefined);
});

test('any content comes through as it was stuffed, however it is cut', (context) => {
  const line = fc.stringMatching(/^[.a\xff]{0,6}$/);
  alwaysHolds(
    context,
    fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.nat(60), { maxLength: 6 }), (lines, cuts) => {
      const text = lines.map((each) => `${each}\r\n`).join('');
      const stuffed = lines.map((each) => `${each.startsWith('.') ? '.' : ''}${each}\r\n`).join('');
      const wire = Buffer.from(`${stuffed}.\r\nQUIT\r\n`, 'latin1');
      const places = [0, ...cuts.map((cut) => cut % wire.length).sort((a, b) => a - b), wire.length];
      const chunks = places.slice(1).map((end, i) => wire.subarray(places[i], end));
      const { value, rest } = readData(chunks);
      assert.deepEqual(value, { ended: 'end', text });
      assert.equal(rest.toString(), 'QUIT\r\n');
    }),
  );
});

test('what any octets mean does not depend on how they were cut', (context) => {
  const alphabet = fc.constantFrom('\r', '\n', '.', 'a', '\r\n', '\r\n.', '\r\n.\r\n');
  alwaysHolds(
    context,
    fc.property(fc.array(alphabet, { maxLength: 20 }), (parts) => {
      const wire = Buffer.from(parts.join(''));
      const whole = readData([wire]);
      const bytewise = readData(Array.from(wire, (_, i) => wire.subarray(i, i + 1)));
      assert.equal(bytewise.value.ended, whole.value.ended);
      if (whole.value.ended === 'end') assert.deepEqual(bytewise, whole);
      // The oracle: strict lines; the first line that is a dot ends it, the first bare CR or LF before that breaks it.
      const strict = /^((?:[^\r\n]*\r\n)*?)\.\r\n/.exec(wire.toString());
      if (strict !== null && !/(?<!\r)\n|\r(?!\n)/.test(strict[0])) assert.equal(whole.value.ended, 'end');
      else assert.notEqual(whole.value.ended, 'end');
    }),
  );
});

test('counted octets are counted, whatever they are', () => {
  assertFedEveryWay('abc\r\n.\r\nNOOP\r\n', ['abc\r\n.', 'NOOP'], (chunks) => {
    const framing = new SmtpFraming();
    const pieces: Buffer[] = [];
    const lines: string[] = [];
    let missing = 6;
    for (const chunk of chunks) {
      lend(framing, chunk);
      for (let piece = framing.nextCountedOctets(missing); missing > 0 && piece; ) {
        pieces.push(Buffer.from(piece));
        missing -= piece.length;
        piece = missing > 0 ? framing.nextCountedOctets(missing) : undefined;
      }
      for (let frame = missing === 0 ? framing.nextLine(100) : undefined; frame; frame = framing.nextLine(100)) {
        if (frame.kind === 'line' && frame.text !== '') lines.push(frame.text);
      }
    }
    return [Buffer.concat(pieces).toString(), ...lines];
  });
});

test('[T1] line ends are checked across chunks', () => {
  const check = (chunks: Buffer[]) =>
    chunks.reduce(
      (after, chunk) => (after === 'bare' ? after : checkLineEnds(chunk, after)),
      'other' as 'cr' | 'other' | 'bare',
    );
  for (const [text, expected] of [
    ['', 'other'],
    ['a', 'other'],
    ['a\r\nb\r\n', 'other'],
    ['\r\n\r\n', 'other'],
    ['a\r', 'cr'],
    ['a\n', 'bare'],
    ['\n', 'bare'],
    ['a\rb', 'bare'],
    ['a\r\r\n', 'bare'],
    ['a\r\n\n', 'bare'],
  ] as const) {
    assertFedEveryWay(text, expected, check);
  }
});
