import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFedEveryWay } from '../../../test/world/feed.ts';
import { type LineFrame, Pop3Framing } from './framing.ts';

function frames(chunks: Buffer[], limitOctets = 255): LineFrame[] {
  const framing = new Pop3Framing();
  const found: LineFrame[] = [];
  for (const chunk of chunks) {
    framing.push(chunk);
    for (let frame = framing.nextLine(limitOctets); frame !== undefined; frame = framing.nextLine(limitOctets)) {
      found.push(frame);
    }
  }
  return found;
}

test('[T4] lines end in CRLF, however they arrive', () => {
  assertFedEveryWay('USER señor\r\n\r\nQUIT\r\nhalf a li', lines('USER señor', '', 'QUIT'), frames);
});

function lines(...texts: string[]): LineFrame[] {
  return texts.map((text) => ({ kind: 'line', text }));
}

test('[T1] [T5] [T8] broken lines have names', () => {
  const cases: [string, number[] | string][] = [
    ['bare-line-end', 'NOOP\n'],
    ['bare-line-end', '\n'],
    ['bare-line-end', 'NO\rOP\r\n'],
    ['bare-line-end', 'NOOP\r\r\n'],
    ['control-character', 'NO\0OP\r\n'],
    ['control-character', 'NO\tOP\r\n'],
    ['control-character', 'NO\u0085OP\r\n'],
    ['not-utf8', [0x41, 0xc3, 0x0d, 0x0a]],
    ['not-utf8', [0xc0, 0xaf, 0x0d, 0x0a]],
    ['not-utf8', [0xed, 0xa0, 0x80, 0x0d, 0x0a]],
    ['not-utf8', [0xf5, 0x80, 0x80, 0x80, 0x0d, 0x0a]],
  ];
  for (const [defect, input] of cases) {
    const octets = Buffer.from(input as string);
    const next = Buffer.concat([octets, Buffer.from('QUIT\r\n')]);
    assertFedEveryWay(next, [{ kind: 'broken-line', defect }, ...lines('QUIT')] as LineFrame[], frames);
  }
});

test('[T5] a line may have 255 octets with its CRLF, and what is longer is not kept', () => {
  const longest = 'x'.repeat(253);
  assert.deepEqual(frames([Buffer.from(`${longest}\r\n`)]), lines(longest));
  assert.deepEqual(frames([Buffer.from(`${longest}x\r\n`)]), [{ kind: 'broken-line', defect: 'too-long' }]);
  const framing = new Pop3Framing();
  framing.push(Buffer.alloc(256, 0x78));
  assert.deepEqual(framing.nextLine(255), { kind: 'broken-line', defect: 'too-long' });
  assert.equal(framing.nextLine(255), undefined);
});

test('[T3] what was not read can be forgotten', () => {
  const framing = new Pop3Framing();
  framing.push(Buffer.from('STLS\r\nUSER usuario1\r\nPA'));
  framing.nextLine(255);
  framing.clear();
  framing.push(Buffer.from('CAPA\r\n'));
  assert.deepEqual(framing.nextLine(255), { kind: 'line', text: 'CAPA' });
});
