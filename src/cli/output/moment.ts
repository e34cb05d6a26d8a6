// A moment as people of a language write it.

import type { CommandContext } from '../command-context.ts';

export function formatMoment({ language }: CommandContext, atMs: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(atMs);
}
