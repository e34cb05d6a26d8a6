// What may be loaded, and what is kept of it.

import { z } from 'zod';
import { DANGERS } from '#mail/interlock/danger.ts';
import { count } from './setting-kinds.ts';

export const interlockSettings = {
  accept_danger: z
    .array(z.enum(DANGERS))
    .default([])
    .describe(
      'Dangers that are loaded nevertheless, by name; each start says so, and `valija status`. Without it such settings are refused: docs/interlock.md.',
    ),
  config_history_limit: count()
    .default(100)
    .describe('How many configurations that were loaded are kept for `valija config history`, `diff` and `rollback`.'),
};
