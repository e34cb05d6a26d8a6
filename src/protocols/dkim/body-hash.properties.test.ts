// The hash of a body, against the same written as RFC 6376 §3.4.3 and §3.4.4 say it, a line at a time; however it is cut.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { FUZZ_RUNS, FUZZ_SEED } from '../../../test/world/generated-inputs.ts';
import { BodyHash } from './body-hash.ts';
import type { Canonicalization } from './canonicalization.ts';

const piece = fc.oneof(
  fc.constantFrom('\r\n', '\r', '\n', ' ', '\t', '  ', ' \r\n', '\t\r\n', '\r\n\r\n', '\r\r\n', '\n\r'),
  fc.constantFrom('a', 'hola ', 'una frase entera de texto', 'x'.repeat(900), '\0', '\u00ff', 'x\r\ny', 'fluye \r\n'),
  fc.constantFrom('.', ' de '),
);
/** More than is held at once. */
const long = fc.constantFrom('', '', '', 'y'.repeat(17_000), '\r\n'.repeat(9_000), 'z \r\n'.repeat(5_000));
const body = fc
  .tuple(fc.array(piece, { maxLength: 15 }), long, fc.array(piece, { maxLength: 15 }))
  .map(([before, amid, after]) => Buffer.from([...before, amid, ...after].join(''), 'latin1'));

/** Some of them are long. */
const RUNS = Math.ceil(FUZZ_RUNS / 20);

function asWritten(octets: Buffer, canonicalization: Canonicalization): Buffer {
  const lines = octets.toString('latin1').split('\r\n');
  const forms =
    canonicalization === 'simple' ? lines : lines.map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (forms.at(-1) === '') forms.pop();
  const text = forms.map((line) => `${line}\r\n`).join('');
  return Buffer.from(text === '' && canonicalization === 'simple' ? '\r\n' : text, 'latin1');
}

for (const canonicalization of ['relaxed', 'simple'] as const) {
  test(`[C23] ${canonicalization}: the form of RFC 6376, however the body is cut into pieces`, () => {
    fc.assert(
      fc.property(body, fc.array(fc.nat(20_000), { maxLength: 6 }), (octets, cuts) => {
        const hash = new BodyHash(canonicalization);
        let at = 0;
        for (const length of cuts) {
          hash.update(octets.subarray(at, at + length));
          at += length;
        }
        hash.update(octets.subarray(at));
        const expected = createHash('sha256').update(asWritten(octets, canonicalization)).digest('hex');
        assert.equal(hash.digest().toString('hex'), expected);
      }),
      { numRuns: RUNS, seed: FUZZ_SEED },
    );
  });
}

test('[T36] a body of nothing but blanks and tabs costs no more than reading it', () => {
  for (const text of ['a\t', 'a  ', 'a \r\n', '\r\n', ' ', '\t\r\n']) {
    const octets = Buffer.from(text.repeat(2_000_000 / text.length), 'latin1');
    const begun = threadCpuMs();
    const hash = new BodyHash('relaxed');
    hash.update(octets);
    hash.digest();
    assert.ok(threadCpuMs() - begun < 5_000, JSON.stringify(text));
  }
});
