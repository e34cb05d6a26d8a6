// Whatever comes as XML: it is read or refused, never thrown about; and what we write is read back as it was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { parseAutodiscoverRequest } from './autodiscover.ts';
import { readSmallXml } from './small-xml.ts';
import { escapeXml } from './xml-text.ts';

const PIECES = [
  '<a>',
  '</a>',
  '<a b="c"/>',
  '<!--',
  '-->',
  '<!DOCTYPE',
  '<![CDATA[',
  ']]>',
  '<?xml ?>',
  '&lt;',
  '&#0;',
  '&#xd800;',
  '&x;',
  '"',
  "'",
  '>',
  '<',
  ' ',
  'EMailAddress',
];

test('pieces of XML in any order are read or refused', (context) => {
  const document = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string()), { maxLength: 40 });
  alwaysHolds(
    context,
    fc.property(document, (pieces) => {
      const text = pieces.join('');
      const read = readSmallXml(text);
      if (read.ok) assert.doesNotMatch(text.replace(/<!--.*?-->/gs, ''), /<!/);
      parseAutodiscoverRequest(Buffer.from(text));
    }),
  );
});

test('octets of any kind make a request or a fault', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.uint8Array({ maxLength: 400 }), (octets) => {
      assert.equal(typeof parseAutodiscoverRequest(octets).ok, 'boolean');
    }),
  );
});

test('text that is written is read as it was, but for what XML cannot hold', (context) => {
  const readable = fc.string({ unit: 'binary' }).map((text) => text.replace(/[^\x20-\ud7ff\ue000-\ufffd]/g, '').trim());
  alwaysHolds(
    context,
    fc.property(readable, (text) => {
      const read = readSmallXml(`<a>${escapeXml(text)}</a>`);
      assert.equal(read.ok && read.value.get('a'), text);
    }),
  );
});
