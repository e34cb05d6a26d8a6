// What generators think of is signed, and mailauth, which shares no code with us, finds every signature good.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { testKey, verdictsOf } from '../../../test/world/dkim.ts';
import { FUZZ_RUNS, FUZZ_SEED } from '../../../test/world/generated-inputs.ts';
import { generatedMessage, signWith } from '../../../test/world/generated-messages.ts';

const RSA = testKey('valija.test', 'r', 'rsa-sha256');
const ED25519 = testKey('valija.test', 'e', 'ed25519-sha256');

/** Each costs two signatures, and their verification by another program. */
const RUNS = Math.ceil(FUZZ_RUNS / 5);

test(`[C23] ${RUNS} generated messages: mailauth finds both signatures of each good`, async () => {
  await fc.assert(
    fc.asyncProperty(generatedMessage, async (octets) => {
      const verdicts = await verdictsOf(signWith([RSA, ED25519], octets), [RSA, ED25519]);
      assert.deepEqual(
        verdicts.map(({ result }) => result),
        ['pass', 'pass'],
      );
    }),
    { numRuns: RUNS, seed: FUZZ_SEED },
  );
});

test('[C23] a changed octet of the body is found', async () => {
  const octets = signWith([RSA, ED25519], Buffer.from('From: ana@valija.test\r\n\r\nhola\r\n'));
  octets[octets.length - 4] = 0x41;
  const verdicts = await verdictsOf(octets, [RSA, ED25519]);
  assert.ok(verdicts.every(({ result }) => result !== 'pass'));
});
