// What stands behind an option as a value, or the end of the command with what could have stood there.

import { parseDuration } from '#base/duration.ts';
import type { CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { parseMoment } from './moment.ts';

/** `2h` ago, `yesterday`, `2026-11-21T10:00`. */
export function momentOf({ say }: CommandContext, name: string, text: string): number {
  const moment = parseMoment(text, Date.now());
  if (moment !== undefined) return moment;
  throw new CommandFailure(EXIT.usage, say('usage.invalid-moment', { value: text, name }));
}

/** As in valija.toml: `30m`, `2h`, `5d`; a bare number is seconds. */
export function spanOf({ say }: CommandContext, name: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new CommandFailure(EXIT.usage, say('usage.invalid-span', { value: text, name }));
}

export function countOf(
  { say }: CommandContext,
  name: string,
  text: string,
  { least = 1, most }: { readonly least?: number; readonly most: number },
): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw new CommandFailure(EXIT.usage, say('usage.invalid-count', { value: text, name, least, most }));
}
