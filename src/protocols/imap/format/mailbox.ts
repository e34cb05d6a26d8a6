// Mailbox names on the wire. RFC 3501 §5.1; RFC 6855 §3 and RFC 9051 §5.1 for UTF-8.

import type { MailboxName, NameEncoding } from '../command.ts';
import { encodeModifiedUtf7 } from '../modified-utf7.ts';
import { formatAString, formatQuoted } from './string.ts';

export function formatMailbox(name: MailboxName, encoding: NameEncoding = 'modified-utf7'): string {
  if (encoding === 'modified-utf7') return formatAString(encodeModifiedUtf7(name));
  // Such a client reads UTF-8 in quoted strings: RFC 6855 §3.
  return /^[\x20-\x7e]*$/.test(name) ? formatAString(name) : formatQuoted(name);
}
