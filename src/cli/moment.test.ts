import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMoment } from './moment.ts';

/** A Wednesday, in the time of the place. */
const NOW = new Date(2026, 10, 25, 16, 30).getTime();
const at = (...date: readonly [number, number, number, number?, number?]) => new Date(...date).getTime();

test('spans, days, weekdays and dates, in either language and in the time of the place', () => {
  for (const [text, moment] of [
    ['90s', NOW - 90_000],
    ['2h', NOW - 7_200_000],
    ['5d', NOW - 5 * 86_400_000],
    ['today', at(2026, 10, 25)],
    ['ayer', at(2026, 10, 24)],
    ['Monday', at(2026, 10, 23)],
    ['lunes', at(2026, 10, 23)],
    ['mié', at(2026, 10, 25)],
    ['thursday', at(2026, 10, 19)],
    ['2026-11-21', at(2026, 10, 21)],
    ['2026-11-21T10:05', at(2026, 10, 21, 10, 5)],
    ['2026-11-21 10:05', at(2026, 10, 21, 10, 5)],
    ['2026-11-21T10:05:00Z', Date.UTC(2026, 10, 21, 10, 5)],
    ['2026-11-21t10:05+01:00', Date.UTC(2026, 10, 21, 9, 5)],
  ] as const) {
    assert.equal(parseMoment(text, NOW), moment, text);
  }
});

test('what is no moment is none', () => {
  for (const text of ['', 'someday', '2026-13-41', '21/11/2026', '5y', '-5m', '2026-11-21T', 'constructor']) {
    assert.equal(parseMoment(text, NOW), undefined, text);
  }
});
