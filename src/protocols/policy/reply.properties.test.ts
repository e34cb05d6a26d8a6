import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { PolicyReplyReader } from './reply.ts';

const PIECES = ['action=', 'dunno', 'ACTION=', '=', 'reject no', '\n', '\n\n', '\r\n', '\0', 'ñ', 'x=y', ' ', 'action'];
const octets = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''))),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
);

/** What was said at the end, or the first complaint: nobody goes on behind either. */
function read(answer: Buffer, cut: number): unknown {
  const reader = new PolicyReplyReader(200);
  for (let at = 0; at < answer.length; at += cut) {
    const said = reader.push(answer.subarray(at, at + cut));
    if (!said.ok || said.value !== undefined) return said;
  }
  return undefined;
}

test('[T8] any answer of a policy service is an action, a complaint, or not whole yet, however it was cut', (context) => {
  alwaysHolds(
    context,
    fc.property(octets, fc.integer({ min: 1, max: 20 }), (answer, cut) => {
      assert.deepEqual(read(answer, cut), read(answer, 1));
    }),
  );
});
