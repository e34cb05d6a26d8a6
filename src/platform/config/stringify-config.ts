// The effective settings as TOML: what a file amounts to with every default filled in, times in Postfix's form.

import { stringify } from 'smol-toml';
import { formatDuration } from '#base/duration.ts';
import type { Config } from './schema.ts';

const TIMES = [
  'smtpd_timeout',
  'smtpd_error_sleep_time',
  'login_timeout',
  'imap_idle_timeout',
  'pop3_idle_timeout',
  'journey_lifetime',
] as const;

export function stringifyConfig(config: Config): string {
  const times = Object.fromEntries(TIMES.map((key) => [key, formatDuration(config[key])]));
  return stringify({ ...config, ...times });
}
