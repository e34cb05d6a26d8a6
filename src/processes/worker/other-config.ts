// Settings that are not in force, for whoever only tries them.

import { err, ok, type Result } from '#base/result.ts';
import type { Log } from '#mail/ports/log.ts';
import type { OtherConfig } from '#mail/ports/simulator.ts';
import { parseConfig } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import { formatComplaint } from '#platform/config/toml-text.ts';

/** What goes wrong is told by the world that is tried, or by its end. */
export const SILENT: Log = { write: () => undefined };

export function readOther({ file, text }: OtherConfig): Result<Config, string> {
  const parsed = parseConfig(text, file);
  return parsed.ok ? ok(parsed.value) : err(parsed.error.map(formatComplaint).join('\n'));
}
