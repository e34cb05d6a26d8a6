import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { parseTableSpec } from './table-spec.ts';

function specOf(text: string): unknown {
  const parsed = parseTableSpec(text);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error);
  return parsed.value;
}

test('[C66] a table is named by its type and where it is', () => {
  assert.deepEqual(specOf('cdb:/etc/valija/virtual'), { type: 'cdb', path: '/etc/valija/virtual' });
  assert.deepEqual(specOf(' texthash: /a b '), { type: 'texthash', path: '/a b' });
  assert.deepEqual(specOf('proxy:hash:/etc/aliases'), { type: 'hash', path: '/etc/aliases' });
  assert.deepEqual(specOf('static:hello'), { type: 'static', value: 'hello' });
  assert.deepEqual(specOf('static:{ a, b }'), { type: 'static', value: 'a, b' });
});

test('inline: pairs between commas or blanks, longer ones in braces', () => {
  const entries = (text: string) => (specOf(text) as { entries: ReadonlyMap<string, string> }).entries;
  assert.deepEqual(
    entries('inline:{a=b, {C = d, e}, F=g=h}'),
    new Map([
      ['a', 'b'],
      ['c', 'd, e'],
      ['f', 'g=h'],
    ]),
  );
  assert.deepEqual(
    entries('inline:{ {x={y}} {z=1} }'),
    new Map([
      ['x', '{y}'],
      ['z', '1'],
    ]),
  );
});

test('tables of tables', () => {
  assert.deepEqual(specOf('pipemap:{inline:{a=b}, unionmap:{static:{x y} cdb:/z}}'), {
    type: 'pipemap',
    members: [
      { name: 'inline:{a=b}', spec: { type: 'inline', entries: new Map([['a', 'b']]) } },
      {
        name: 'unionmap:{static:{x y} cdb:/z}',
        spec: {
          type: 'unionmap',
          members: [
            { name: 'static:{x y}', spec: { type: 'static', value: 'x y' } },
            { name: 'cdb:/z', spec: { type: 'cdb', path: '/z' } },
          ],
        },
      },
    ],
  });
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['/etc/postfix/virtual', /has no type: write cdb:\/etc\/postfix\/virtual, hash:\/etc\/postfix\/virtual or texthash:/],
  ['btree:/etc/postfix/virtual', /btree: tables are not supported: run `valija postmap cdb:FILE`/],
  ['lmdb:/x', /lmdb: tables are not supported: run/],
  ['hsah:/x', /no table type "hsah"; there are cdb, hash,/],
  ['constructor:/x', /no table type/],
  ['cdb:', /nothing behind its type/],
  ['inline:a=b', /"\{" is missing; write inline:\{key=value/],
  ['inline:{a=b', /"\}" is missing/],
  ['inline:{a}', /"a" is not key=value/],
  ['inline:{=a}', /is not key=value/],
  ['inline:{}', /nothing between the braces/],
  ['inline:{{a=b}{c=d}}', /something behind "\}"/],
  ['inline:{a=b}}', /behind|not balanced|missing/],
  ['unionmap:{/x}', /"\/x" has no type/],
  [`${'unionmap:{'.repeat(20)}static:x${'}'.repeat(20)}`, /more than 10 deep/],
];

for (const [text, message] of REFUSED) {
  test(`[C66] refused with what to write: ${text.slice(0, 40)}`, () => {
    const parsed = parseTableSpec(text);
    assert.ok(!parsed.ok);
    assert.match(parsed.error, message);
  });
}

test('property: whatever stands in the settings, there is a table or a reason', (context) => {
  const unit = fc.constantFrom('{', '}', ',', ' ', '=', ':', 'inline:', 'unionmap:', 'static:', 'a', '/', 'proxy:');
  alwaysHolds(
    context,
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
      const parsed = parseTableSpec(text);
      assert.ok(parsed.ok || parsed.error !== '');
    }),
  );
});
