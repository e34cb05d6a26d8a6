// The effective settings as TOML: what a file amounts to with every default filled in, times in Postfix's form.

import { stringify } from 'smol-toml';
import { formatDuration } from '#base/duration.ts';
import { timeSettings } from './reference.ts';
import type { Config } from './schema.ts';

export function stringifyConfig(config: Config): string {
  return stringify(withWrittenTimes(config, '', timeSettings()));
}

/** Of a table, and of those within it; `prefix` is `directory.` for those of `[[directory]]`. */
function withWrittenTimes(table: object, prefix: string, times: ReadonlySet<string>): Record<string, unknown> {
  const written = Object.entries(table).map(([name, value]: [string, unknown]) => {
    const key = prefix + name;
    if (typeof value === 'number' && times.has(key)) return [name, formatDuration(value)];
    if (!Array.isArray(value)) return [name, value];
    return [name, value.map((each) => (isTable(each) ? withWrittenTimes(each, `${key}.`, times) : each))];
  });
  return Object.fromEntries(written);
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
