// Dovecot's quota rules: `*:storage=1G`, `*:bytes=1073741824:messages=10000`, `INBOX:…`. Only what holds for all mailboxes is
// taken; messages are not counted here.

import { err, ok, type Result } from '#base/result.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** What a number without a unit is: `storage` counts in KiB. */
const LIMITS: Readonly<Record<string, number>> = { storage: 1024, bytes: 1 };

/** `undefined` where the rule says nothing of the whole account; 0 is no limit. */
export function parseQuotaRule(rule: string): Result<number | undefined, string> {
  const [mailboxes = '', ...limits] = rule.split(':');
  if (limits.length === 0) return err(`"${rule}" is no quota rule; the form is *:storage=1G`);
  if (mailboxes !== '*' && mailboxes !== '?') return ok(undefined);
  for (const limit of limits) {
    const [name = '', ...rest] = limit.split('=');
    const unit = Object.hasOwn(LIMITS, name) ? LIMITS[name] : undefined;
    if (unit === undefined) continue;
    const bytes = parseSize(rest.join('='), unit);
    return bytes === undefined ? err(`"${rule}" is no quota rule; the form is *:storage=1G`) : ok(bytes);
  }
  return ok(undefined);
}

/** `1G`, `500MB`, `1073741824`. */
export function parseSize(text: string, usualUnit: number): number | undefined {
  const [, digits, letter = ''] = /^([0-9]{1,15})([BKMGT]?)(?:I?B)?$/.exec(text.trim().toUpperCase()) ?? [];
  if (digits === undefined) return undefined;
  const bytes = Number(digits) * (letter === '' ? usualUnit : (UNITS[letter] ?? 1));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
