import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.ts';

const KNOWN: readonly (readonly [name: string, encoded: string])[] = [
  ['INBOX', 'INBOX'],
  ['', ''],
  ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
  ['R&D', 'R&-D'],
  ['Entwürfe', 'Entw&APw-rfe'],
  ['Papelera de España', 'Papelera de Espa&APE-a'],
  ['📬', '&2D3c7A-'],
];

for (const [name, encoded] of KNOWN) {
  test(`modified UTF-7: "${name}" is "${encoded}"`, () => {
    assert.equal(encodeModifiedUtf7(name), encoded);
    assert.equal(decodeModifiedUtf7(encoded), name);
  });
}

test('[T8] modified UTF-7 in any other form is refused', () => {
  for (const text of [
    '&', // not closed
    'a&b',
    '&Jjo', // RFC 3501 §5.1.3: "&Jjo!" is not permitted
    '&Jjo!',
    '&U,BTFw-&ZeVnLIqe-', // shifted back and forth for nothing
    '&AGE-', // "a" stands for itself
    '&ACY-', // "&" is "&-"
    '&2D0-', // half of a surrogate pair
    '&AA-', // not whole octets
    '&APwA-', // an octet too many
    'Entwürfe', // 8-bit
    'a\tb',
  ]) {
    assert.equal(decodeModifiedUtf7(text), undefined, text);
  }
});
