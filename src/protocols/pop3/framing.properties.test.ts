import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { type LineFrame, Pop3Framing } from './framing.ts';

const PIECES = ['USER a', 'RETR 1', '\r\n', '\r\n', '\r', '\n', '\0', 'ñ', '\xff', ' ', 'x'.repeat(60)];
const input = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 20 }).map((parts) => Buffer.from(parts.join(''), 'latin1')),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
);
const LIMIT_OCTETS = 100;

/** Up to the first line that is too long: the session ends there. */
function framesOf(chunks: readonly Buffer[]): LineFrame[] {
  const framing = new Pop3Framing();
  const frames: LineFrame[] = [];
  for (const chunk of chunks) {
    framing.push(chunk);
    for (let frame = framing.nextLine(LIMIT_OCTETS); frame !== undefined; frame = framing.nextLine(LIMIT_OCTETS)) {
      frames.push(frame);
      if (frame.kind === 'broken-line' && frame.defect === 'too-long') return frames;
    }
  }
  return frames;
}

test('[T8] any octets are lines or broken lines, however they were cut', (context) => {
  alwaysHolds(
    context,
    fc.property(input, fc.array(fc.nat(300), { maxLength: 8 }), (octets, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut < octets.length).sort((a, b) => a - b), octets.length];
      const chunks = places.slice(1).map((place, i) => octets.subarray(places[i], place));
      const frames = framesOf([octets]);
      assert.deepEqual(framesOf(chunks), frames);
      for (const frame of frames) if (frame.kind === 'line') assert.doesNotMatch(frame.text, /[\x00-\x1f\x7f]/);
    }),
  );
});
