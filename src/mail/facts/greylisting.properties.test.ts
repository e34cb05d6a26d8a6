// Greylisting over any history of tries: nobody is let in before the delay is over, and nobody who comes within the window
// after it is made to wait.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { judgeTry, type SeenClient, type SeenTriplet } from './greylisting.ts';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const SETTINGS = {
  greylist_delay: 300 * SECOND,
  greylist_retry_window: 2 * DAY,
  greylist_max_age: 35 * DAY,
  greylist_auto_whitelist_clients: 0,
};

const pauses = fc.array(
  fc.oneof(
    fc.integer({ min: 1, max: 400 * SECOND }),
    fc.integer({ min: 1, max: 3 * DAY }),
    fc.integer({ min: 1, max: 40 * DAY }),
  ),
  { maxLength: 20 },
);

test('the delay is kept, the window is granted', (context) => {
  alwaysHolds(
    context,
    fc.property(pauses, (between) => {
      let triplet: SeenTriplet | undefined;
      let client: SeenClient | undefined;
      let nowMs = 0;
      let firstMs = 0;
      for (const pauseMs of [0, ...between]) {
        nowMs += pauseMs;
        const { answer, ...next } = judgeTry({ triplet, client }, nowMs, SETTINGS);
        const sinceMs = nowMs - firstMs;
        if (answer.kind === 'known') assert.ok(sinceMs >= SETTINGS.greylist_delay);
        else if (answer.seconds === 300 && sinceMs > SETTINGS.greylist_retry_window) firstMs = nowMs;
        else assert.ok(sinceMs < SETTINGS.greylist_delay, `${sinceMs} ms after the first try`);
        triplet = next.triplet ?? triplet;
        client = next.client ?? client;
      }
    }),
  );
});
