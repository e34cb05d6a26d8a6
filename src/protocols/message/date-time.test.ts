import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { formatDateTime, parseDateTime } from './date-time.ts';

const read = (text: string) => {
  const parsed = parseDateTime(text);
  return parsed.ok ? `${new Date(parsed.value.ms).toISOString()} ${parsed.value.zoneMinutes}` : parsed.error;
};

for (const [text, expected] of [
  ['Sat, 21 Nov 2026 10:00:00 +0000', '2026-11-21T10:00:00.000Z 0'],
  ['21 Nov 2026 11:00 +0100', '2026-11-21T10:00:00.000Z 60'],
  ['Sat, 21 Nov 2026 04:30:00 -0530 (comment (nested))', '2026-11-21T10:00:00.000Z -330'],
  ['Sat,21 Nov 2026 10:00:00 -0000', '2026-11-21T10:00:00.000Z 0'],
  ['Fri, 21 Nov 97 09(comment):  55  :  06 -0600', 'not-a-date'],
  ['Fri, 21 Nov 97 09:55:06 -0600', '1997-11-21T15:55:06.000Z -360'],
  ['1 jan 49 00:00:00 EST', '2049-01-01T05:00:00.000Z -300'],
  ['1 Jan 103 00:00:00 GMT', '2003-01-01T00:00:00.000Z 0'],
  ['1 January 2026 00:00:00 Z', '2026-01-01T00:00:00.000Z 0'],
  ['31 Dec 2016 23:59:60 UT', '2016-12-31T23:59:59.000Z 0'],
  ['29 Feb 2024 12:00:00', '2024-02-29T12:00:00.000Z 0'],
  // Names that every object of JavaScript has are unknown words like others.
  ['29 Feb 2024 12:00:00 constructor', '2024-02-29T12:00:00.000Z 0'],
  ['29 Feb 2024 12:00:00 __proto__', 'not-a-date'],
  ['29 Feb 2026 12:00:00 +0000', 'not-a-date'],
  ['32 Jan 2026 12:00:00 +0000', 'not-a-date'],
  ['1 Jan 2026 24:00:00 +0000', 'not-a-date'],
  ['1 Foo 2026 12:00:00 +0000', 'not-a-date'],
  ['1 Jan 12345 12:00:00 +0000', 'not-a-date'],
  ['', 'not-a-date'],
  ['(', 'not-a-date'],
  ['yesterday', 'not-a-date'],
] as const) {
  test(`date: ${text}`, () => assert.equal(read(text), expected));
}

test('dates are written as RFC 5322 has them', () => {
  const ms = Date.UTC(2026, 10, 21, 10, 0, 0);
  assert.equal(formatDateTime(ms), 'Sat, 21 Nov 2026 10:00:00 +0000');
  assert.equal(formatDateTime(ms, -210), 'Sat, 21 Nov 2026 06:30:00 -0330');
  assert.equal(formatDateTime(Date.UTC(2026, 0, 1), 60), 'Thu, 1 Jan 2026 01:00:00 +0100');
});

test('what is written is read again', (context) => {
  alwaysHolds(
    context,
    fc.property(
      fc.integer({ min: -2_000_000_000, max: 200_000_000_000 }),
      fc.integer({ min: -840, max: 840 }),
      (seconds, zone) => {
        const parsed = parseDateTime(formatDateTime(seconds * 1000, zone));
        assert.deepEqual(parsed, { ok: true, value: { ms: seconds * 1000, zoneMinutes: zone } });
      },
    ),
  );
});
