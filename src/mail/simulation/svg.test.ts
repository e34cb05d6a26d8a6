import assert from 'node:assert/strict';
import { test } from 'node:test';
import { element, escapeText, wrapText } from './svg.ts';

test('[T10] what a stranger says stays text in a picture', () => {
  const hostile = `<script>alert("1")</script>&'\u0000\u0007\u202e\ud800`;
  assert.equal(escapeText(hostile), '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;???\ufffd');
  assert.equal(element('text', { x: '"><g' }, escapeText('<a>')), '<text x="&quot;&gt;&lt;g">&lt;a&gt;</text>');
});

test('lines break at spaces, long words anywhere, and what is too long ends in an ellipsis', () => {
  assert.deepEqual(wrapText('one two  three', 8, 5), ['one two', 'three']);
  assert.deepEqual(wrapText('x'.repeat(20), 8, 5), ['xxxxxxxx', 'xxxxxxxx', 'xxxx']);
  assert.deepEqual(wrapText('x'.repeat(40), 8, 2), ['xxxxxxxx', 'xxxxxxx…']);
  assert.deepEqual(wrapText('·\u00a0one ·\u00a0two', 6, 2), ['·\u00a0one', '·\u00a0two']);
  assert.deepEqual(wrapText('😀'.repeat(3), 2, 2), ['😀😀', '😀']);
});
