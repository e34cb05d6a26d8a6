// Mailbox names and patterns: from here on they are Unicode text. RFC 3501 §5.1, §9 (mailbox, list-mailbox).

import { visibleCharsExcept } from '#base/scanner.ts';
import type { MailboxName } from '../command.ts';
import { decodeModifiedUtf7 } from '../modified-utf7.ts';
import type { CommandScanner } from './command-scanner.ts';
import { expectAstring, expectString } from './strings.ts';

// list-char = ATOM-CHAR / list-wildcards / resp-specials
const LIST_CHAR = visibleCharsExcept('(){"\\');

// mailbox = "INBOX" / astring   ; INBOX is case-insensitive
export function expectMailbox(scanner: CommandScanner): MailboxName {
  const name = decodeName(scanner, expectAstring(scanner));
  if (/[\x00-\x1f\x7f]/.test(name)) scanner.refuse('CANNOT', 'Mailbox name with control characters');
  return canonicalInbox(name);
}

// list-mailbox = 1*list-char / string
export function expectListMailbox(scanner: CommandScanner): string {
  const pattern = scanner.take(LIST_CHAR);
  return decodeName(scanner, pattern === '' ? expectString(scanner) : pattern);
}

/** The reference of LIST and LSUB: the beginning of a name. */
export function expectReference(scanner: CommandScanner): string {
  return canonicalInbox(decodeName(scanner, expectAstring(scanner)));
}

function decodeName(scanner: CommandScanner, text: string): string {
  if (scanner.dialect.names === 'utf8') return text;
  const name = decodeModifiedUtf7(text);
  if (name === undefined) scanner.fail('Mailbox name is not valid modified UTF-7');
  return name ?? '';
}

/** Only the first level is without case: `inbox/x` lies below INBOX. */
function canonicalInbox(name: string): string {
  return /^inbox(?=\/|$)/i.test(name) ? `INBOX${name.slice(5)}` : name;
}
