import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { parseChannelMessage } from './channel-message.ts';
import { type Frame, FrameReader, formatFrameHead, LONGEST_BODY_BYTES, LONGEST_HEAD_BYTES } from './frame.ts';

const octets = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const frame = fc.record({ head: fc.jsonValue(), body: octets });
const cuts = fc.array(fc.nat(2_000), { maxLength: 20 });

function inPieces(whole: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set([...places.map((place) => Math.min(place, whole.length)), whole.length])];
  return ends.sort((a, b) => a - b).map((end, at, all) => whole.subarray(all[at - 1] ?? 0, end));
}

function read(pieces: readonly Buffer[]): { frames: Frame[]; isBroken: boolean } {
  const reader = new FrameReader();
  const frames = pieces.flatMap((piece) => reader.push(piece));
  return { frames, isBroken: reader.isBroken };
}

test('frames arrive as they were sent, however the stream was cut', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.array(frame, { maxLength: 8 }), cuts, (sent, places) => {
      const whole = Buffer.concat(sent.flatMap(({ head, body }) => [formatFrameHead(head, body.length), body]));
      const { frames, isBroken } = read(inPieces(whole, places));
      assert.equal(isBroken, false);
      assert.deepEqual(
        frames,
        sent.map(({ head, body }) => ({ head: JSON.parse(JSON.stringify(head)), body })),
      );
    }),
  );
});

test('[T8] hostile octets: the same frames and the same end, however they were cut, and nothing is thrown', (context) => {
  const lengths = fc
    .tuple(fc.nat(LONGEST_HEAD_BYTES * 2), fc.nat(LONGEST_BODY_BYTES * 2))
    .map(([head, body]) => Buffer.from(Uint32Array.of(head, body).buffer).swap32());
  const hostile = fc.array(fc.oneof(octets, lengths, fc.constant(formatFrameHead({ bye: true }, 0))), { maxLength: 8 });
  alwaysHolds(
    context,
    fc.property(hostile, cuts, (parts, places) => {
      const whole = Buffer.concat(parts);
      const atOnce = read([whole]);
      assert.deepEqual(read(inPieces(whole, places)), atOnce);
      for (const { head } of atOnce.frames) parseChannelMessage(head);
    }),
  );
});

test('what is larger than allowed is neither sent nor waited for', () => {
  assert.throws(() => formatFrameHead('x'.repeat(LONGEST_HEAD_BYTES), 0), RangeError);
  assert.throws(() => formatFrameHead({}, LONGEST_BODY_BYTES + 1), RangeError);
  for (const [head, body] of [
    [LONGEST_HEAD_BYTES + 1, 0],
    [2, LONGEST_BODY_BYTES + 1],
    [0xffff_ffff, 0xffff_ffff],
  ]) {
    assert.equal(read([Buffer.from(Uint32Array.of(head ?? 0, body ?? 0).buffer).swap32()]).isBroken, true);
  }
});
