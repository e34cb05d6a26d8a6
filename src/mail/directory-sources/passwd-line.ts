// A line of a passwd-file in Dovecot's syntax, which /etc/passwd and /etc/shadow have too. Lines that are empty or begin with
// `#` or `:` say nothing.
//   user:password:uid:gid:(gecos):home:(shell):extra_fields         extra_fields: `quota_rule=*:storage=1G nologin …`

import { err, ok, type Result } from '#base/result.ts';
import type { Fields } from './account-fields.ts';

export interface PasswdEntry {
  /** A name, or a whole address. */
  readonly user: string;
  readonly fields: Fields;
}

const FULL_NAME_AT = 4;
const EXTRA_AT = 7;
const LONGEST_LINE = 16_384;

/** `undefined` for a line that says nothing. */
export function parsePasswdLine(line: string): Result<PasswdEntry | undefined, string> {
  if (line.trim() === '' || line.startsWith('#') || line.startsWith(':')) return ok(undefined);
  if (line.length > LONGEST_LINE) return err(`it is longer than ${LONGEST_LINE} characters`);
  const columns = line.split(':');
  const [user = '', password = ''] = columns;
  if (columns.length < 2)
    return err('it has no colon; the form is user:password:uid:gid:gecos:home:shell:extra_fields');
  const fields = new Map<string, string[]>();
  if (password !== '') fields.set('password', [password]);
  const [fullName = ''] = (columns[FULL_NAME_AT] ?? '').split(',');
  if (fullName !== '') fields.set('name', [fullName]);
  for (const extra of columns.slice(EXTRA_AT).join(':').split(/\s+/)) {
    const [name = '', ...value] = extra.split('=');
    if (name === '') continue;
    fields.set(name, [...(fields.get(name) ?? []), value.length === 0 ? 'yes' : value.join('=')]);
  }
  // The line itself says whose it is.
  fields.delete('user');
  return ok({ user: user.trim(), fields });
}

/** The line with another password; all else stays as it is. */
export function replacePassword(line: string, password: string): string {
  const [user, , ...rest] = line.split(':');
  return [user, password, ...rest].join(':');
}
