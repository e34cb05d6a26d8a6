// Postfix's times in the settings: a number with one of s m h d w ("5d"); a bare number is seconds.

import type { z } from 'zod';
import { parseDuration } from '#base/duration.ts';
import { mistake } from '#base/mistakes/mistake.ts';
import { complain } from './issue-mistake.ts';

/** Milliseconds; a zod transform, so a bad form becomes an issue of the schema. */
export function durationMs(value: string | number, context: z.RefinementCtx): number {
  const ms = parseDuration(String(value));
  if (ms === undefined) complain(context, mistake('time-form'));
  return ms ?? 0;
}
