import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { findAddressSpans } from './header-addresses.ts';

const CASES: readonly [string, readonly string[]][] = [
  [' root', ['root']],
  [' root, usuario2@localhost', ['root', 'usuario2@localhost']],
  [' Ana Pérez <ana>', ['ana']],
  [' "Pérez, Ana" <ana@x.test> (trabajo)', ['ana@x.test']],
  [' root (Charlie, the root), "a b"@x.test', ['root', '"a b"@x.test']],
  [' amigos: ana, bea@x.test;', ['ana', 'bea@x.test']],
  [' undisclosed-recipients:;', []],
  [' Ana Pérez', []],
  [' <>', []],
  [' <@relay.test:ana@x.test>', ['ana@x.test']],
  [' ana@[IPv6:2001:db8::1]', ['ana@[IPv6:2001:db8::1]']],
  [' ana,\r\n\tbea', ['ana', 'bea']],
  [' ana <bea', []],
  [' (nie (mand) and', []],
  ['', []],
];

for (const [text, expected] of CASES) {
  test(`addresses of «${text.replaceAll('\r\n\t', '␍␊␉')}»`, () => {
    assert.deepEqual(
      findAddressSpans(text).map(({ start, end }) => text.slice(start, end)),
      expected,
    );
  });
}

test('spans are in order, within the text, and do not overlap', (context) => {
  const text = fc
    .array(fc.constantFrom('a', '@', '"', '\\', '(', ')', '<', '>', ',', ';', ':', '[', ']', ' ', '\r\n '))
    .map((parts) => parts.join(''));
  const property = fc.property(text, (given) => {
    let before = 0;
    for (const { start, end } of findAddressSpans(given)) {
      assert.ok(start >= before && end > start && end <= given.length);
      before = end;
    }
  });
  alwaysHolds(context, property);
});

test('[T17] a field of a megabyte is read in linear time', () => {
  const begunMs = threadCpuMs();
  assert.equal(findAddressSpans('a@b.test, '.repeat(100_000)).length, 100_000);
  assert.ok(threadCpuMs() - begunMs < 2_000);
});
