// Postfix's times in the settings: a number with one of s m h d w ("5d"); a bare number is seconds.

import type { z } from 'zod';
import { parseDuration } from '#base/duration.ts';

/** Milliseconds; a zod transform, so a bad form becomes an issue of the schema. */
export function durationMs(value: string | number, context: z.RefinementCtx): number {
  const ms = parseDuration(String(value));
  if (ms === undefined) {
    context.addIssue({ code: 'custom', message: 'a time is a number with one of s, m, h, d, w: "300s", "5d"' });
  }
  return ms ?? 0;
}
