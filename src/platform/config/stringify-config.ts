// The effective settings as TOML: what a file amounts to with every default filled in, times in Postfix's form.

import { stringify } from 'smol-toml';
import { formatDuration } from '#base/duration.ts';
import { timeSettings } from './reference.ts';
import type { Config } from './schema.ts';

export function stringifyConfig(config: Config): string {
  const times = new Set(timeSettings());
  const written = Object.entries(config).map(([key, value]) => {
    return [key, times.has(key) && typeof value === 'number' ? formatDuration(value) : value];
  });
  return stringify(Object.fromEntries(written));
}
