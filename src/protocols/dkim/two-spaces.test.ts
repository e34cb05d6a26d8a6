import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasTwoSpaces } from './two-spaces.ts';

test('two spaces are found wherever they stand, and however the text lies in memory', () => {
  for (let length = 0; length <= 24; length++) {
    for (let offset = 0; offset < 8; offset++) {
      const memory = Buffer.alloc(40, '  ');
      const text = memory.subarray(offset, offset + length);
      text.fill('a b');
      assert.equal(hasTwoSpaces(text), false, `none among ${length} at ${offset}`);
      for (let at = 0; at + 2 <= length; at++) {
        text.fill('a');
        text.write('  ', at);
        assert.equal(hasTwoSpaces(text), true, `at ${at} of ${length} at ${offset}`);
      }
    }
  }
});

test('a single space beside any octet is none, but for the one that is told', () => {
  for (let octet = 0; octet < 256; octet++) {
    if (octet === 0x20 || octet === 0x21) continue;
    const other = String.fromCharCode(octet);
    assert.equal(hasTwoSpaces(Buffer.from(`${other} ${other}`.repeat(20), 'latin1')), false, `beside ${octet}`);
  }
});
