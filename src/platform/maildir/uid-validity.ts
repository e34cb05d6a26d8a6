// UIDVALIDITY of new mailboxes: seconds since 1970, but always above all that this home gave before. The last one is
// kept as Dovecot keeps it: eight hexadecimal digits in `dovecot-uidvalidity`, and an empty file of that name and number.

import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '#platform/files/errno.ts';

const NAME = 'dovecot-uidvalidity';

export function nextUidValidity(home: string, nowMs: number): number {
  const marks = readdirSync(home).filter((file) => /^dovecot-uidvalidity\.[0-9a-f]{8}$/.test(file));
  const given = [readLast(home), ...marks.map((file) => parseHex(file.slice(NAME.length + 1)))];
  const next = Math.max(Math.floor(nowMs / 1000), ...given.map((last) => last + 1));
  const digits = next.toString(16).padStart(8, '0');
  const mark = join(home, `${NAME}.${digits}`);
  if (marks[0] === undefined) writeFileSync(mark, '', { mode: 0o600 });
  else renameSync(join(home, marks[0]), mark);
  writeFileSync(join(home, NAME), digits, { mode: 0o600 });
  return next;
}

function readLast(home: string): number {
  try {
    return parseHex(readFileSync(join(home, NAME), 'latin1').trim());
  } catch (cause) {
    if (isMissing(cause)) return 0;
    throw cause;
  }
}

function parseHex(digits: string): number {
  return /^[0-9a-f]{8}$/i.test(digits) ? Number.parseInt(digits, 16) : 0;
}
