import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corpusMessage } from '../../../test/world/message-corpus.ts';
import { findContentType, findEncoding, parseLanguages } from './content-type.ts';
import { describeMessage } from './structure.ts';

test('types are lower-case, parameters follow, comments stand anywhere', () => {
  const part = describeMessage(corpusMessage('comments-in-mime-fields')).structure;
  assert.deepEqual([part.type, part.subtype, part.encoding], ['text', 'html', '8BIT']);
  assert.deepEqual(part.parameters, [
    ['charset', 'utf-8'],
    ['format', 'flowed'],
  ]);
  assert.deepEqual(part.disposition, { type: 'inline', parameters: [['filename', 'x.html']] });
  assert.deepEqual(part.language, ['en', 'es']);
  assert.deepEqual(
    [part.id, part.description, part.md5, part.location],
    ['<id@example.com>', 'described', 'Q2hlY2sgSW50ZWdyaXR5IQ==', 'http://example.com/x'],
  );
});

test('a broken type is none', () => {
  for (const text of ['', 'text', 'text/', '/plain', '; charset=x', '(', '"text"/plain', 'text plain']) {
    assert.equal(findContentType(text), undefined, text);
  }
});

test('encodings and languages', () => {
  assert.equal(findEncoding(' Base64 '), 'BASE64');
  assert.equal(findEncoding('"base64"'), undefined);
  assert.deepEqual(parseLanguages('es, en-GB ; "x" ,, de'), ['es', 'en-GB', 'x', 'de']);
  assert.equal(parseLanguages('a,'.repeat(1_000)).length, 100);
});
