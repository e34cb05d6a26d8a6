// Mailbox names on the wire. RFC 3501 §5.1; RFC 6855 §3 and RFC 9051 §5.1 for UTF-8.

import type { MailboxName } from '../command.ts';
import { encodeModifiedUtf7 } from '../modified-utf7.ts';
import { formatAstring, formatQuoted } from './strings.ts';

export function formatMailboxName(name: MailboxName, encoding: 'modified-utf7' | 'utf8'): string {
  if (encoding === 'modified-utf7') return formatAstring(encodeModifiedUtf7(name));
  // Such a client reads UTF-8 in quoted strings: RFC 6855 §3.
  return /^[\x20-\x7e]*$/.test(name) ? formatAstring(name) : formatQuoted(name);
}
