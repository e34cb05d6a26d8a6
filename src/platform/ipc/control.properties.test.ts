import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ok } from '#base/result.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { formatAnswer, formatRequest, MOST_LINE_OCTETS, parseAnswer, parseRequest } from './control-message.ts';
import { LineSplitter } from './line-splitter.ts';

const line = fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 100 }));

test('[T8] no line makes the control socket throw', (context) => {
  alwaysHolds(
    context,
    fc.property(line, (text) => {
      assert.equal(typeof parseRequest(text).ok, 'boolean');
      parseAnswer(text);
    }),
  );
});

test('what is asked arrives as it was asked', (context) => {
  const request = fc.record({ id: fc.nat(), method: fc.string(), params: fc.dictionary(fc.string(), fc.string()) });
  alwaysHolds(
    context,
    fc.property(request, (asked) => {
      const heard = parseRequest(formatRequest(asked).trimEnd());
      assert.deepEqual(heard.ok && JSON.parse(JSON.stringify(heard.value)), JSON.parse(JSON.stringify(asked)));
    }),
  );
});

test('lines do not depend on how the stream was cut, and none is longer than the limit', (context) => {
  const text = fc.array(fc.constantFrom('a', '\n', 'ñ', 'x'.repeat(15)), { maxLength: 20 });
  alwaysHolds(
    context,
    fc.property(text, fc.array(fc.nat(60), { maxLength: 6 }), (parts, cuts) => {
      const octets = Buffer.from(parts.join(''));
      const places = [0, ...cuts.filter((cut) => cut < octets.length).sort((a, b) => a - b), octets.length];
      const splitter = new LineSplitter(40);
      const heard: string[] = [];
      for (const [i, place] of places.slice(1).entries()) {
        const lines = splitter.push(octets.subarray(places[i], place));
        if (lines === undefined) return;
        heard.push(...lines);
      }
      assert.deepEqual(heard, octets.toString().split('\n').slice(0, -1));
      assert.ok(heard.every((each) => Buffer.byteLength(each) <= 40));
    }),
  );
});

test('a long list is written down in parts, of whole lines; one that is too long ends it with a fault', () => {
  const items = Array.from({ length: 10_000 }, (_, n) => `cuenta ${n}`);
  const parts = [...formatAnswer(7, ok(items))];
  assert.ok(parts.length > 3 && parts.every((part) => part.endsWith('\n') && part.length < 128 * 1024));
  const heard = parts.join('').trimEnd().split('\n').map(parseAnswer);
  assert.deepEqual(heard.pop(), { kind: 'end-of-items', id: 7, items: items.length });
  assert.deepEqual(
    heard.map((each) => each?.kind === 'item' && each.item),
    items,
  );
  const [fault] = [...formatAnswer(7, ok(['x', 'x'.repeat(MOST_LINE_OCTETS)]))];
  assert.equal(parseAnswer(fault ?? '')?.kind, 'fault');
});
