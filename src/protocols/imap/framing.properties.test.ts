import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { decideLiteral } from './decide-literal.ts';
import { type FrameEvent, Framer } from './framing.ts';
import { type FramingLimits, LIMITS_BEFORE_LOGIN } from './limits.ts';
import { STRICT } from './quirks.ts';

const SMALL: FramingLimits = {
  lineBytes: 200,
  continuationBytes: 100,
  literalBytes: 50,
  literalsPerCommand: 3,
  commandBytes: 400,
  discardedBytes: 80,
};

/** All events, each answered; the chunks of a streamed literal as one. */
function eventsOf(chunks: readonly Buffer[], limits: FramingLimits, bareLineFeed: boolean): unknown[] {
  const framer = new Framer(limits, { ...STRICT, bareLineFeed });
  const events: (FrameEvent | { skipped: 'resynchronized' | 'lost' } | { streamed: string })[] = [];
  let streamed = '';
  for (const chunk of chunks) {
    framer.push(chunk);
    for (let event = framer.next(); event !== undefined; event = framer.next()) {
      if (event.kind === 'literal-chunk') streamed += event.octets.toString('latin1');
      else events.push(event);
      if (event.kind === 'literal-end') events.push({ streamed });
      if (event.kind === 'literal-end') streamed = '';
      if (event.kind !== 'literal-begin') continue;
      const { kind } = decideLiteral(event.segments, limits, STRICT);
      // The session refuses a literal now and then, whatever its size.
      if (kind === 'refuse' || event.offer.sizeBytes === 7) events.push({ skipped: framer.refuseLiteral() });
      else framer.acceptLiteral(kind);
    }
  }
  return events;
}

const WORDS = [
  'a NOOP',
  'b LOGIN ',
  'c APPEND x ',
  '{3}',
  '{3+}',
  '{0}',
  '{7+}',
  '{7}',
  '{60+}',
  '{-1}',
  '{99+}',
  '~{2+}',
];
const OCTETS = ['\r\n', '\r\n', '\r\n', '\n', '\r', ' ', 'bob', '"', '\\', 'ñ', '\0', 'x'.repeat(90)];

test('events do not depend on how the stream was cut', (context) => {
  const words = fc.array(fc.constantFrom(...WORDS, ...OCTETS), { maxLength: 30, size: 'max' });
  alwaysHolds(
    context,
    fc.property(words, fc.array(fc.nat(200), { maxLength: 8 }), fc.boolean(), (parts, cuts, bareLineFeed) => {
      const input = Buffer.from(parts.join(''));
      const places = [0, ...cuts.filter((cut) => cut < input.length).sort((a, b) => a - b), input.length];
      const chunks = places.slice(1).map((place, i) => input.subarray(places[i], place));
      assert.deepEqual(eventsOf(chunks, SMALL, bareLineFeed), eventsOf([input], SMALL, bareLineFeed));
    }),
  );
});

test('[T8] random octets never make framing throw', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), fc.boolean(), (chunks, bareLineFeed) => {
      const octets = chunks.map((chunk) => Buffer.from(chunk));
      assert.ok(Array.isArray(eventsOf(octets, LIMITS_BEFORE_LOGIN, bareLineFeed)));
    }),
  );
});
