import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readElements, TAG, writeElement, writeObjectId } from './der.ts';

test('what is written is read again, whatever its length', () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
    const contents = Buffer.alloc(length, 7);
    const [element, ...rest] = readElements(writeElement(TAG.octetString, contents)) ?? [];
    assert.equal(rest.length, 0);
    assert.equal(element?.tag, TAG.octetString);
    assert.deepEqual(element.contents, contents);
  }
});

test('object identifiers, as X.690 and RFC 5280 write them', () => {
  assert.equal(writeObjectId('2.999.3').toString('hex'), '0603883703');
  assert.equal(writeObjectId('1.2.840.113549.1.7.2').toString('hex'), '06092a864886f70d010702');
  assert.equal(writeObjectId('2.5.29.35').toString('hex'), '0603551d23');
});

test('[T9] what is cut off, or no DER, is refused at every octet', () => {
  const whole = writeElement(TAG.sequence, writeElement(TAG.octetString, Buffer.alloc(300)));
  for (let end = 1; end < whole.length; end += 1)
    assert.equal(readElements(whole.subarray(0, end)), undefined, `${end}`);
  for (const text of ['3080', '30850000000000', '1f8101', '3084ffffffff']) {
    assert.equal(readElements(Buffer.from(text, 'hex')), undefined, text);
  }
});
