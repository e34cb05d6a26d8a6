// RFC 6376 §3.4: the examples of §3.4.5, the empty bodies, and what clients send.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { BodyHash } from './body-hash.ts';
import { canonicalField } from './canonical-field.ts';
import type { Canonicalization } from './canonicalization.ts';

function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('base64');
}

/** Fed whole and octet by octet. */
function hashOf(text: string, canonicalization: Canonicalization): string {
  const octets = Buffer.from(text, 'latin1');
  const whole = new BodyHash(canonicalization);
  whole.update(octets);
  const pieces = new BodyHash(canonicalization);
  for (let i = 0; i < octets.length; i++) pieces.update(octets.subarray(i, i + 1));
  const hash = whole.digest().toString('base64');
  assert.equal(pieces.digest().toString('base64'), hash);
  return hash;
}

const BODIES: readonly (readonly [body: string, relaxed: string, simple: string])[] = [
  // RFC 6376 §3.4.5.
  [' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n', ' C \r\nD \t E\r\n'],
  ['', '', '\r\n'],
  ['\r\n', '', '\r\n'],
  ['\r\n\r\n\r\n', '', '\r\n'],
  [' \t \r\n\t\r\n', '', ' \t \r\n\t\r\n'],
  ['no end', 'no end\r\n', 'no end\r\n'],
  ['blanks at the end  ', 'blanks at the end\r\n', 'blanks at the end  \r\n'],
  ['a\r\n  ', 'a\r\n', 'a\r\n  \r\n'],
  ['\r\n\r\na\r\n', '\r\n\r\na\r\n', '\r\n\r\na\r\n'],
  ['a\r\n \r\n\r\nb\r\n', 'a\r\n\r\n\r\nb\r\n', 'a\r\n \r\n\r\nb\r\n'],
  ['a \t b\t\tc\r\n', 'a b c\r\n', 'a \t b\t\tc\r\n'],
  // Lone line ends are refused at the door; should one come all the same, it is an octet like another.
  ['a\rb\nc\r\r\n', 'a\rb\nc\r\r\n', 'a\rb\nc\r\r\n'],
  ['a \r', 'a \r\r\n', 'a \r\r\n'],
  ['\xe1\xff \x00\r\n', '\xe1\xff \x00\r\n', '\xe1\xff \x00\r\n'],
];

for (const [body, relaxed, simple] of BODIES) {
  test(`[C23] the body ${JSON.stringify(body)} in both forms`, () => {
    assert.equal(hashOf(body, 'relaxed'), sha256(relaxed));
    assert.equal(hashOf(body, 'simple'), sha256(simple));
  });
}

test('[C23] a body longer than the piece that is hashed at once, with a run of empty lines as long', () => {
  const line = `${'x'.repeat(70)}  y \r\n`;
  const body = line.repeat(1_000) + '\r\n'.repeat(20_000);
  assert.equal(hashOf(body, 'relaxed'), sha256(`${'x'.repeat(70)} y\r\n`.repeat(1_000)));
  assert.equal(hashOf(`${body}.`, 'simple'), sha256(`${body}.\r\n`));
});

test('the hashes of an empty body that RFC 6376 §3.4.3 and §3.4.4 print', () => {
  assert.equal(hashOf('', 'simple'), 'frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=');
  assert.equal(hashOf('', 'relaxed'), '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
});

const FIELDS: readonly (readonly [field: string, relaxed: string])[] = [
  ['A: X\r\n', 'a:X\r\n'],
  ['B : Y\t\r\n\tZ  \r\n', 'b:Y Z\r\n'],
  ['Subject:no blank\r\n', 'subject:no blank\r\n'],
  ['SUBJECT:\r\n', 'subject:\r\n'],
  ['Subject: \t \r\n', 'subject:\r\n'],
  ['To: a,\r\n b,\r\n\tc\r\n', 'to:a, b, c\r\n'],
  ['To:\r\n  folded at once\r\n', 'to:folded at once\r\n'],
  ['Subject: a  b \t c\r\n', 'subject:a b c\r\n'],
  ['Subject: 10:30 : late\r\n', 'subject:10:30 : late\r\n'],
  ['Subject: no end', 'subject:no end\r\n'],
  ['Subject: \xe1\xe9\r\n', 'subject:\xe1\xe9\r\n'],
];

for (const [field, relaxed] of FIELDS) {
  test(`[C23] the field ${JSON.stringify(field)} in both forms`, () => {
    const octets = Buffer.from(field, 'latin1');
    assert.equal(canonicalField(octets, 'relaxed').toString('latin1'), relaxed);
    const simple = canonicalField(octets, 'simple').toString('latin1');
    assert.equal(simple, field.endsWith('\r\n') ? field : `${field}\r\n`);
  });
}
